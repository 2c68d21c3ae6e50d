using System.Threading.Tasks.Sources;
using Cano.Runtime.Scope;

namespace Cano.Runtime.Steps.Splits;

/// <summary>Takes the messages of a split from any thread and gives them to the run's loop, oldest
/// first.</summary>
/// <remarks>The loop is woken as a piece of work of its own: what is told in the meantime it hears in one
/// go.</remarks>
internal sealed class BranchMailbox(Dispatcher dispatcher) : IThreadPoolWorkItem, IValueTaskSource
{
    /// <summary>In place of a message: the loop waits for some.</summary>
    private static readonly BranchMessage s_awaited = new SplitTimeIsUp();

    private ManualResetValueTaskSourceCore<bool> _wake;
    private BranchMessage? _newest;
    private BranchMessage? _oldestTaken;

    /// <summary>Tells the loop; called from any thread.</summary>
    public void Tell(BranchMessage message)
    {
        if (Put(message))
            dispatcher.Queue(this);
    }

    /// <summary>Tells the loop, which goes on here if it waits: the turn of the pool that calls this has
    /// nothing else to do, and nobody's code on its stack.</summary>
    public void TellHere(BranchMessage message)
    {
        if (Put(message))
            _wake.SetResult(true);
    }

    /// <summary>True when the loop is to be woken.</summary>
    private bool Put(BranchMessage message)
    {
        var seen = Volatile.Read(ref _newest);
        while (true)
        {
            message.Next = ReferenceEquals(seen, s_awaited) ? null : seen;
            var found = Interlocked.CompareExchange(ref _newest, message, seen);
            if (ReferenceEquals(found, seen))
                break;
            seen = found;
        }

        return ReferenceEquals(seen, s_awaited);
    }

    /// <summary>The next message; null when there is none. The loop alone calls this and all that
    /// follows.</summary>
    public BranchMessage? Take()
    {
        if (_oldestTaken is null)
            TakeAll();
        var message = _oldestTaken;
        _oldestTaken = message?.Next;
        return message;
    }

    /// <summary>The message that was taken last is the next one again.</summary>
    public void PutBack(BranchMessage message)
    {
        message.Next = _oldestTaken;
        _oldestTaken = message;
    }

    /// <summary>Returns when there is a message.</summary>
    public ValueTask WaitAsync()
    {
        _wake.Reset();
        return Interlocked.CompareExchange(ref _newest, s_awaited, null) is null
            ? new ValueTask(this, _wake.Version)
            : default;
    }

    void IThreadPoolWorkItem.Execute() => _wake.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _wake.OnCompleted(continuation, state, token, flags);

    /// <summary>They lie newest first, and are turned round.</summary>
    private void TakeAll()
    {
        if (Volatile.Read(ref _newest) is null)
            return;
        for (var message = Interlocked.Exchange(ref _newest, null); message is not null; )
        {
            var next = message.Next;
            message.Next = _oldestTaken;
            _oldestTaken = message;
            message = next;
        }
    }
}
