namespace Cano.Runtime.Scope;

/// <summary>What is made here outlives the call that makes it, and takes nothing of the caller along: no
/// `AsyncLocal`, no `Activity`, no culture.</summary>
internal static class Detached
{
    /// <summary>Until it is disposed of, on this thread, nothing flows. Timers, registrations and work that
    /// last are made meanwhile.</summary>
    public static Suppressed Begin() => new(ExecutionContext.IsFlowSuppressed());

    /// <summary>Starts work on the pool.</summary>
    public static void Run(Func<Task> work) =>
        ThreadPool.UnsafeQueueUserWorkItem(static work => _ = work(), work, preferLocal: false);

    public readonly struct Suppressed : IDisposable
    {
        private readonly AsyncFlowControl? _flow;

        public Suppressed(bool isSuppressed) => _flow = isSuppressed ? null : ExecutionContext.SuppressFlow();

        public void Dispose() => _flow?.Undo();
    }
}
