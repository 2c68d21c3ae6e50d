using System.Collections.Concurrent;
using Cano.Kernel;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;

namespace Cano.Runtime.Loop;

/// <summary>A run that waits for children hears which of them have ended. It is woken in its own dispatcher,
/// never on the stack of whoever ended one.</summary>
internal sealed class ChildWatch : IDisposable, IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<string> _ended = [];
    private readonly IDisposable _watch;
    private TaskCompletionSource _more = new();
    private bool _hasLooked;

    public ChildWatch(IChildRuns children, string parentId, Dispatcher dispatcher) =>
        _watch = children.Watch(
            parentId,
            id =>
            {
                _ended.Enqueue(id);
                dispatcher.Queue(this);
            }
        );

    /// <summary>Is completed when more children have ended than had when it was asked for: before each look,
    /// so that no end goes unseen.</summary>
    public Task More()
    {
        // Only the run asks, so nobody else makes a new one.
        if (Volatile.Read(ref _more).Task.IsCompleted)
            Volatile.Write(ref _more, new TaskCompletionSource());
        return _more.Task;
    }

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

    void IThreadPoolWorkItem.Execute() => Volatile.Read(ref _more).TrySetResult();
}
