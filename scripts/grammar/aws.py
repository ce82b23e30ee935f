"""Prints awscli's live argument tables as JSON (the Grammar of format.ts). Run by the Python that has awscli's modules.

Usage: aws.py SERVICE...
"""
import json
import sys

import awscli
import awscli.clidriver
from awscli.customizations import toplevelbool
from awscli.customizations.streamingoutputarg import StreamingOutputArgument

SCALARS = {'string', 'integer', 'long', 'float', 'double', 'boolean', 'timestamp', 'blob'}
NUMBERS = {'int': 'integer'}
INPUT = {'cli-input-json': 'string', 'cli-input-yaml': 'string', 'generate-cli-skeleton': 'string? =input|output|yaml-input'}
PAGES = {'starting-token': 'string', 'page-size': 'integer', 'max-items': 'integer'}

lists, shapes, commands = {}, {}, {}


def unique(table, service, name, content):
    """A name of the service for this content: a second list of the same name gets a number."""
    key, n = f'{service}.{name}', 1
    while table.get(key, content) != content:
        n += 1
        key = f'{service}.{name}~{n}'
    table[key] = content
    return key.split('.', 1)[1]


def expression(model, service, seen):
    kind = model.type_name
    if kind == 'list':
        return '[' + expression(model.member, service, seen)
    if kind == 'map':
        return '{' + expression(model.value, service, seen)
    if kind == 'structure':
        if getattr(model, 'is_document_type', False):
            return 'document'
        return '$' + structure(model, service, seen)
    if kind == 'string' and getattr(model, 'enum', None):
        return '%' + unique(lists, service, model.name, sorted(set(model.enum)))
    return kind if kind in SCALARS else 'string'


def structure(model, service, seen):
    # By name and member names: awscli adds structures of its own, and some share a name.
    # The name is taken before the members are read, because a structure may hold itself.
    key = (model.name, *sorted(model.members))
    if key not in seen:
        n = sum(1 for name, *_ in seen if name == model.name)
        seen[key] = model.name + (f'~{n + 1}' if n else '')
        shapes[f'{service}.{seen[key]}'] = {
            member: expression(shape, service, seen) + ('!' if member in model.required_members else '')
            for member, shape in model.members.items()
        }
    return seen[key]


def flag(argument, service, seen):
    # A structure of one boolean: --flag, --flag Value=true, --no-flag.
    if isinstance(argument, toplevelbool.NegativeBooleanParameter):
        return 'boolean'
    model = argument.argument_model
    kind = NUMBERS.get(argument.cli_type_name, argument.cli_type_name) or 'string'
    text = kind if kind in SCALARS else 'string'
    if model is not None and kind != 'boolean':
        text = expression(model, service, seen)
    nargs = getattr(argument, 'nargs', None)
    if (nargs in ('*', '+') or isinstance(nargs, int)) and not text.startswith('['):
        text = '[' + text
    if argument.required:
        text += '!'
    # Actions of awscli's own (a class) collect the values of a repeated flag, as `append` does.
    action = getattr(argument, '_action', None)
    if action == 'append' or isinstance(action, type):
        text += '*'
    if nargs == '?' or isinstance(argument, toplevelbool.PositiveBooleanArgument):
        text += '?'
    if argument.choices and kind != 'boolean':
        text += ' =' + '|'.join(sorted(argument.choices))
    return text


def describe(table, service, seen):
    flags, least, most = {}, 0, 0
    for name, argument in table.items():
        if argument.positional_arg or isinstance(argument, StreamingOutputArgument):
            nargs = getattr(argument, 'nargs', None)
            low, high = {None: (1, 1), '?': (0, 1), '*': (0, None), '+': (1, None)}.get(nargs, (nargs, nargs))
            least += low
            most = None if most is None or high is None else most + high
        elif not getattr(argument, '_UNDOCUMENTED', False):
            flags[name] = flag(argument, service, seen)
    for name in list(flags):
        if f'no-{name}' in flags and flags[name].startswith('boolean') and flags[f'no-{name}'].startswith('boolean'):
            flags[name] += '~'
            del flags[f'no-{name}']
    use = []
    for group, members in (('input', INPUT), ('pages', PAGES)):
        if all(flags.get(name) == text for name, text in members.items()):
            use.append(group)
            flags = {name: text for name, text in flags.items() if name not in members}
    command = {}
    if most != 0:
        command['args'] = [least, most]
    if flags:
        command['flags'] = flags
    if use:
        command['use'] = use
    return command


def walk(command, path, service, seen):
    children = getattr(command, 'subcommand_table', None)
    if children is None and hasattr(command, '_get_command_table'):
        children = command._get_command_table()
    children = {name: child for name, child in sorted((children or {}).items()) if name != 'help'}
    for name, child in children.items():
        if not getattr(child, '_UNDOCUMENTED', False):
            walk(child, path + [name], service, seen)
    if not children:
        commands[' '.join(path)] = describe(command.arg_table, service, seen)


driver = awscli.clidriver.create_clidriver()
services = driver._get_command_table()
for service in sorted(sys.argv[1:]):
    walk(services[service], [service], service, {})

# A waiter repeats one operation: it takes the same flags.
operations = {}
for path in sorted(commands):
    if ' wait ' not in path:
        operations.setdefault((path.split()[0], json.dumps(commands[path], sort_keys=True)), path)
for path in sorted(commands):
    twin = operations.get((path.split()[0], json.dumps(commands[path], sort_keys=True)))
    if ' wait ' in path and twin and commands[path]:
        commands[path] = {'like': twin}

global_flags = {}
for name, argument in driver._get_argument_table().items():
    if name != 'version':
        global_flags[name] = flag(argument, 'aws', {})

json.dump(
    {
        'program': 'aws',
        'version': awscli.__version__,
        'globals': global_flags,
        'groups': {'input': INPUT, 'pages': PAGES},
        'lists': lists,
        'shapes': shapes,
        'commands': commands,
    },
    sys.stdout,
)
