using System.Threading.Tasks.Sources;

namespace Cano;

/// <summary>Takes the news of a split from any thread and gives them to the run's loop, oldest first.</summary>
/// <remarks>The loop is woken as a piece of work of its own: what is told in the meantime it hears in one go.</remarks>
internal sealed class SplitInbox(Dispatcher dispatcher) : IThreadPoolWorkItem, IValueTaskSource
{
    /// <summary>In place of news: the loop waits for some.</summary>
    private static readonly SplitNews s_awaited = new SplitTimeIsUp();

    private ManualResetValueTaskSourceCore<bool> _wake;
    private SplitNews? _newest;
    private SplitNews? _oldestTaken;

    /// <summary>Tells the loop; called from any thread.</summary>
    public void Tell(SplitNews news)
    {
        var seen = Volatile.Read(ref _newest);
        while (true)
        {
            news.Next = ReferenceEquals(seen, s_awaited) ? null : seen;
            var found = Interlocked.CompareExchange(ref _newest, news, seen);
            if (ReferenceEquals(found, seen)) break;
            seen = found;
        }

        if (ReferenceEquals(seen, s_awaited)) dispatcher.Queue(this);
    }

    /// <summary>The next piece of news; null when there is none. The loop alone calls this and all that follows.</summary>
    public SplitNews? Take()
    {
        if (_oldestTaken is null) TakeAll();
        var news = _oldestTaken;
        _oldestTaken = news?.Next;
        return news;
    }

    /// <summary>Returns when there is news.</summary>
    public ValueTask WaitAsync()
    {
        _wake.Reset();
        return Interlocked.CompareExchange(ref _newest, s_awaited, null) is null ? new ValueTask(this, _wake.Version) : default;
    }

    void IThreadPoolWorkItem.Execute() => _wake.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wake.OnCompleted(continuation, state, token, flags);

    /// <summary>They lie newest first, and are turned round.</summary>
    private void TakeAll()
    {
        if (Volatile.Read(ref _newest) is null) return;
        for (var news = Interlocked.Exchange(ref _newest, null); news is not null;)
        {
            var next = news.Next;
            news.Next = _oldestTaken;
            _oldestTaken = news;
            news = next;
        }
    }
}
