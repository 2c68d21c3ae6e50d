using System.Collections.Concurrent;
using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;

namespace Cano.Runtime.Loop;

/// <summary>A run that waits for children hears which of them have ended. It lasts as long as the visit, so
/// that each child is looked at once at first and once at its end, however many there are.</summary>
internal sealed class ChildWatch : IDisposable
{
    private readonly ConcurrentQueue<string> _ended = [];
    private readonly Queue<AwaitedChild> _toLookAt = [];
    private readonly Dictionary<string, AwaitedChild> _lookedAt = [];
    private readonly Knock _knock;
    private readonly IDisposable _watch;
    private bool _isRecalling;
    private int _begun;
    private (string Id, int Ends)? _answered;

    public ChildWatch(IChildRuns children, string parentId, long visit, Dispatcher dispatcher)
    {
        Visit = visit;
        _knock = new Knock(dispatcher);
        _watch = children.Watch(
            parentId,
            id =>
            {
                _ended.Enqueue(id);
                _knock.Ring();
            }
        );
    }

    /// <summary>Whose children these are.</summary>
    public long Visit { get; }

    /// <inheritdoc cref="Knock.More"/>
    public Task More() => _knock.More();

    /// <summary>The children are waited for: those that have begun since are to be looked at.</summary>
    public void Await(FanOut children)
    {
        Settle(children);
        var begun =
            _begun == 0
                ? FanOutModule.UnderWay(children)
                : FanOutModule.Newest(children.Begun - _begun, children);
        _begun = children.Begun;
        foreach (var child in begun)
            _toLookAt.Enqueue(child);
    }

    /// <summary>The children are not needed any more: each is told once.</summary>
    public void Recall(FanOut children)
    {
        Settle(children);
        if (_isRecalling)
            return;
        _isRecalling = true;
        _lookedAt.Clear();
        _toLookAt.Clear();
        foreach (var child in FanOutModule.UnderWay(children))
            _toLookAt.Enqueue(child);
    }

    /// <summary>The next child to look at: one that has ended since it was, then one that was not looked at
    /// yet; null when there is none.</summary>
    public AwaitedChild? Next()
    {
        while (_ended.TryDequeue(out var id))
            if (_lookedAt.TryGetValue(id, out var ended))
                return ended;
        if (!_toLookAt.TryDequeue(out var next))
            return null;
        _lookedAt[next.Child.RunId] = next;
        return next;
    }

    /// <summary>The wait is over with the end of this child.</summary>
    public void Answers(FanOut children, AwaitedChild child) =>
        _answered = (child.Child.RunId, children.Ends.All);

    public void Dispose() => _watch.Dispose();

    /// <summary>The last end that was heard of is among the rows, or is heard of again: then a request to
    /// stop came before it.</summary>
    private void Settle(FanOut children)
    {
        if (_answered is not var (id, ends))
            return;
        _answered = null;
        if (children.Ends.All > ends)
            _lookedAt.Remove(id);
        else
            _ended.Enqueue(id);
    }
}
