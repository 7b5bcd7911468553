// Preloaded (`node --import`) into every child of `firebreak up`: ends the child when `up` is gone, however it went, even by SIGKILL.
// The system closes the channel between the two processes then, which shows here as `disconnect`.

/** Milliseconds that a child has to end in good order after its parent died. */
const grace = 10_000;

if (process.channel) {
  process.once('disconnect', () => {
    // As if asked to stop: the child's own handler runs, or the default ends it at once.
    process.kill(process.pid, 'SIGTERM');
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), grace).unref();
  });
  // The listener must not keep a child alive that has nothing left to do.
  process.channel.unref();
}
