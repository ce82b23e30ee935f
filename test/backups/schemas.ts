/** The property list DTD 1.0: what a plist may hold. */
export const DTD = `<!ENTITY % plistObject "(array | data | date | dict | real | integer | string | true | false)">
<!ELEMENT plist %plistObject;>
<!ATTLIST plist version CDATA "1.0">
<!ELEMENT array (%plistObject;)*>
<!ELEMENT dict (key, %plistObject;)*>
<!ELEMENT key (#PCDATA)>
<!ELEMENT string (#PCDATA)>
<!ELEMENT data (#PCDATA)>
<!ELEMENT date (#PCDATA)>
<!ELEMENT true EMPTY>
<!ELEMENT false EMPTY>
<!ELEMENT real (#PCDATA)>
<!ELEMENT integer (#PCDATA)>
`;

const sequence = (...elements: string[]): string => `<xs:sequence>${elements.join('')}</xs:sequence>`;
const element = (name: string, type: string, more = 'minOccurs="0"'): string => `<xs:element name="${name}" type="${type}" ${more}/>`;
const holder = (name: string, inner: string, more = ''): string =>
  `<xs:element name="${name}" ${more}><xs:complexType>${inner}</xs:complexType></xs:element>`;
const all = (...elements: string[]): string => `<xs:all>${elements.join('')}</xs:all>`;
const empty = (name: string): string => `<xs:element name="${name}" minOccurs="0"><xs:complexType/></xs:element>`;
const between = (name: string, base: string, least: number, most: number): string =>
  `<xs:element name="${name}" minOccurs="0"><xs:simpleType><xs:restriction base="xs:${base}"><xs:minInclusive value="${least}"/><xs:maxInclusive value="${most}"/></xs:restriction></xs:simpleType></xs:element>`;

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = 'January February March April May June July August September October November December'.split(' ');

/**
 * The Task Scheduler schema (Microsoft's reference of task scheduler schema elements), as far as our tasks use it:
 * which elements there are, in which order, with which types and bounds.
 */
export const TASK_SCHEMA = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task" targetNamespace="http://schemas.microsoft.com/windows/2004/02/mit/task" elementFormDefault="qualified">
<xs:element name="Task"><xs:complexType>
<xs:all>
${holder('RegistrationInfo', all(element('Description', 'xs:string'), element('URI', 'xs:anyURI')), 'minOccurs="0"')}
${holder(
  'Triggers',
  `<xs:choice minOccurs="0" maxOccurs="48">${holder(
    'CalendarTrigger',
    sequence(
      element('Enabled', 'xs:boolean'),
      element('StartBoundary', 'xs:dateTime'),
      element('EndBoundary', 'xs:dateTime'),
      element('ExecutionTimeLimit', 'xs:duration'),
      element('RandomDelay', 'xs:duration'),
      `<xs:choice>${holder('ScheduleByDay', sequence(between('DaysInterval', 'unsignedInt', 1, 365)))}
${holder('ScheduleByWeek', all(between('WeeksInterval', 'unsignedByte', 1, 52), holder('DaysOfWeek', all(...DAYS.map(empty)), 'minOccurs="0"')))}
${holder('ScheduleByMonth', all(holder('DaysOfMonth', sequence(between('Day', 'unsignedByte', 1, 31).replace('minOccurs="0"', 'maxOccurs="32"')), 'minOccurs="0"'), holder('Months', all(...MONTHS.map(empty)), 'minOccurs="0"')))}</xs:choice>`,
    ),
  )}</xs:choice>`,
  'minOccurs="0"',
)}
${holder('Principals', sequence(holder('Principal', `${all(element('UserId', 'xs:string'), element('LogonType', 'xs:string'), '<xs:element name="RunLevel" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="LeastPrivilege"/><xs:enumeration value="HighestAvailable"/></xs:restriction></xs:simpleType></xs:element>')}<xs:attribute name="id" type="xs:ID"/>`)), 'minOccurs="0"')}
${holder(
  'Settings',
  all(
    ...['DisallowStartIfOnBatteries', 'StopIfGoingOnBatteries', 'StartWhenAvailable', 'Enabled', 'WakeToRun', 'AllowHardTerminate'].map(
      (name) => element(name, 'xs:boolean'),
    ),
    element('ExecutionTimeLimit', 'xs:duration'),
    '<xs:element name="MultipleInstancesPolicy" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="Parallel"/><xs:enumeration value="Queue"/><xs:enumeration value="IgnoreNew"/><xs:enumeration value="StopExisting"/></xs:restriction></xs:simpleType></xs:element>',
  ),
  'minOccurs="0"',
)}
${holder('Actions', `${sequence(holder('Exec', all(element('Command', 'xs:string', ''), element('Arguments', 'xs:string'), element('WorkingDirectory', 'xs:string')), 'maxOccurs="32"'))}<xs:attribute name="Context" type="xs:IDREF"/>`)}
</xs:all><xs:attribute name="version" type="xs:string"/>
</xs:complexType></xs:element></xs:schema>
`;
