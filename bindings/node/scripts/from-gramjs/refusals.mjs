// Options that the types know and the code refuses: found by giving them to it.

/** A value for each option of the client that says something else than the default. */
const OPTIONS = {
  useIPV6: true,
  timeout: 20,
  requestRetries: 3,
  connectionRetries: 3,
  reconnectRetries: 3,
  proxy: { ip: "127.0.0.1", port: 1080, socksType: 5 },
  downloadRetries: 3,
  retryDelay: 500,
  autoReconnect: false,
  sequentialUpdates: true,
  floodSleepThreshold: 10,
  deviceModel: "a device",
  systemVersion: "1",
  appVersion: "1",
  langCode: "de",
  systemLangCode: "de",
  useWSS: true,
  maxConcurrentDownloads: 2,
  securityChecks: true,
  testServers: true,
  networkSocket: class {},
};

/** Why an option counts as missing: the client that is made with it throws. */
export function refusalOf(id, { TelegramClient, sessions }) {
  const option = id.match(/^client\/telegramBaseClient:TelegramClientParams\.(.+)$/)?.[1];
  if (!option || !(option in OPTIONS)) return undefined;
  try {
    new TelegramClient(new sessions.StringSession(""), 1, "0123456789abcdef0123456789abcdef", { [option]: OPTIONS[option] });
    return undefined;
  } catch (error) {
    if (!error.message.startsWith(option)) throw error; // something else is wrong with it
    return `refused: ${error.message}`;
  }
}
