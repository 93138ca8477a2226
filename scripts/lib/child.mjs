// Preloaded into every process that `npm start` launches: none outlives its launcher, even one that was killed outright.
const GRACE_MS = 8000;

if (process.channel) {
  process.channel.unref();
  process.once("disconnect", () => {
    if (process.exitCode !== undefined) return; // it is ending already, by its own will
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    process.kill(process.pid, "SIGTERM");
  });
}
