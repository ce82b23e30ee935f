/// <reference lib="dom" />
/** A host of MCP Apps in a page: the vendor's own AppBridge around a frame that shows the plan. Bundled by the test. */
import { AppBridge, PostMessageTransport } from '@modelcontextprotocol/ext-apps/app-bridge';

interface Given {
  readonly page: string;
  readonly args: Record<string, unknown>;
  readonly result: never;
  readonly theme: 'light' | 'dark';
}

declare global {
  interface Window {
    given: Given;
    callTool: (params: unknown) => Promise<never>;
    height: number;
    setTheme: (theme: 'light' | 'dark') => void;
    ready: Promise<void>;
  }
}

const { page, args, result, theme } = window.given;
const frame = document.createElement('iframe');
frame.setAttribute('sandbox', 'allow-scripts');
frame.setAttribute('allow', 'clipboard-write');
frame.style.cssText = 'width:100%;height:95vh;border:0';
document.body.append(frame);
const view = frame.contentWindow as Window;
const bridge = new AppBridge(null, { name: 'test-host', version: '1.0.0' }, { serverTools: {} }, { hostContext: { theme } });
bridge.oncalltool = (params) => window.callTool(params);
bridge.onsizechange = ({ height = 0 }) => {
  window.height = height;
};
window.setTheme = (next) => bridge.setHostContext({ theme: next });
window.ready = new Promise((resolve) => {
  bridge.oninitialized = async () => {
    await bridge.sendToolInput({ arguments: args });
    await bridge.sendToolResult(result);
    resolve();
  };
});
await bridge.connect(new PostMessageTransport(view, view));
frame.srcdoc = page;
await window.ready;
