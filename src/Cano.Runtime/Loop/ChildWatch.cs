using System.Collections.Concurrent;
using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;

namespace Cano.Runtime.Loop;

/// <summary>A run that waits for children hears which of them have ended.</summary>
internal sealed class ChildWatch : IDisposable
{
    private readonly ConcurrentQueue<string> _ended = [];
    private readonly Knock _knock;
    private readonly IDisposable _watch;
    private bool _hasLooked;

    public ChildWatch(IChildRuns children, string parentId, Dispatcher dispatcher)
    {
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

    /// <inheritdoc cref="Knock.More"/>
    public Task More() => _knock.More();

    /// <summary>The children to look at: all at first, then those that have ended since.</summary>
    public IEnumerable<AwaitedChild> ToLookAt(IReadOnlyCollection<AwaitedChild> children)
    {
        if (!_hasLooked)
        {
            _hasLooked = true;
            return children;
        }

        var ended = new HashSet<string>();
        while (_ended.TryDequeue(out var id))
            ended.Add(id);
        return children.Where(child => ended.Contains(child.Child.RunId));
    }

    public void Dispose() => _watch.Dispose();
}
