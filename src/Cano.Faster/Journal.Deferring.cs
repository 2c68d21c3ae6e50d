using Cano.Faster.Commits;
using Cano.Faster.Indexes;

namespace Cano.Faster;

// Rows that go with a later group; see IDeferringStore.
internal sealed partial class Journal
{
    private readonly FlushDelay flushDelay;

    /// <summary>Takes a row, which is durable with the next group.</summary>
    public void Defer(string id, CheckpointRow row, long fence)
    {
        var body = BodyOf(id, row);
        lock (gate)
        {
            ThrowIfStopped();
            AddDeferred(FrameOf(index.Accept(id, row.Sequence, fence), row, body));
        }
    }

    /// <summary>Takes a run's first row.</summary>
    public long DeferFirst(string id, CheckpointRow first)
    {
        var body = BodyOf(id, first);
        lock (gate)
        {
            ThrowIfStopped();
            var run = index.AcceptFirst(id, first);
            AddDeferred(FirstFrameOf(run, first, body));
            return run.Fence;
        }
    }

    private void AddDeferred(RequestedFrame frame)
    {
        committer.AddIdle(frame);
        flushDelay.Begin();
    }

    private void WriteIdle()
    {
        lock (gate)
            committer.WriteIdle();
    }

    /// <summary>Makes all of a run durable that was taken.</summary>
    public Task FlushAsync(string id)
    {
        lock (gate)
        {
            ThrowIfStopped();
            return index.TryFind(id, out var run) && run.Waiting > 0
                ? committer.NextTask()
                : Task.CompletedTask;
        }
    }
}
