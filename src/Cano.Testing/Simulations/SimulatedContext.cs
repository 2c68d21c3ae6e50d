namespace Cano.Testing.Simulations;

/// <summary>Where the user's code goes on after an await: the process's queue. Without it, what completes on
/// purpose beside its completer, a cancelled delay or a semaphore's turn, would go on in the thread
/// pool.</summary>
/// <remarks>The engine's own code runs without a context, where a completion goes on at once.</remarks>
internal sealed class SimulatedContext(SimulatedProcess process) : SynchronizationContext
{
    public override void Post(SendOrPostCallback d, object? state) =>
        process.Go(new Turn(this, () => d(state)));

    public override void Send(SendOrPostCallback d, object? state) => d(state);

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Calls the user's code. Whoever awaits the answer goes on from a stack that is nobody
    /// else's.</summary>
    public async ValueTask<T> CallAsync<T>(Func<ValueTask<T>> body)
    {
        var before = Current;
        SetSynchronizationContext(this);
        ValueTask<T> answer;
        try
        {
            answer = body();
            if (answer.IsCompleted)
                return answer.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }

        SetSynchronizationContext(this);
        try
        {
            return await answer.ConfigureAwait(true);
        }
        finally
        {
            await process.TakeTurnAsync().ConfigureAwait(false);
        }
    }

    private sealed class Turn(SynchronizationContext context, Action goOn) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            SetSynchronizationContext(context);
            try
            {
                goOn();
            }
            finally
            {
                SetSynchronizationContext(null);
            }
        }
    }
}
