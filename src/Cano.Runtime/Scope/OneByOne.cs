namespace Cano.Runtime.Scope;

/// <summary>Lets one in at a time, in the order in which they come.</summary>
/// <param name="dispatcher">Where those go on who had to wait.</param>
internal sealed class OneByOne(Dispatcher dispatcher)
{
    private readonly Lock _gate = new();
    private readonly Queue<TaskCompletionSource> _waiting = [];
    private bool _isTaken;

    /// <summary>Returns when nobody else is in.</summary>
    /// <exception cref="OperationCanceledException">It was given up, and somebody was in.</exception>
    public async ValueTask EnterAsync(CancellationToken cancel)
    {
        TaskCompletionSource turn;
        lock (_gate)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return;
            }

            turn = new TaskCompletionSource(dispatcher.Completions);
            _waiting.Enqueue(turn);
        }

        using var given = cancel.UnsafeRegister(
            static turn => ((TaskCompletionSource)turn!).TrySetCanceled(),
            turn
        );
        await turn.Task.ConfigureAwait(false);
    }

    /// <summary>Who was in is out.</summary>
    public void Leave()
    {
        while (true)
        {
            TaskCompletionSource? next;
            lock (_gate)
                if (!_waiting.TryDequeue(out next))
                {
                    _isTaken = false;
                    return;
                }

            // One that was given up waits no more.
            if (next.TrySetResult())
                return;
        }
    }
}
