using Cano.Kernel;

namespace Cano.Testing.Simulations;

/// <summary>Somebody who cancels the run for good, be it worked on or not: the request is durable before
/// anybody hears of it.</summary>
internal sealed class Canceller(SimulatedWorld world)
{
    /// <summary>The request that nobody has acted on; null when there is none.</summary>
    public CancelRequest? Waiting
    {
        get
        {
            // The store in memory answers at once.
            var items = world.Disk.ReadInboxAsync(SeedRun.RunId).AsTask().GetAwaiter().GetResult();
            return items.FirstOrDefault(item => item.Kind == InboxKind.Cancel) is { } cancel
                ? new CancelRequest(cancel.Name, cancel.AcceptedAt)
                : null;
        }
    }

    /// <summary>A point at which the run may be cancelled. Who works on it hears of that at once or a little
    /// later; else whoever takes it up finds it.</summary>
    public void AskAtTimes(SimulatedProcess? process, string state, string when)
    {
        if (!world.Cancels.IsOpen || Status() is not { } status || !world.Cancels.Comes())
            return;
        world.Tell($"of a run that is {status}, {when}", state, fault: SimulationFaults.DurableCancel);
        var cancel = InboxItem.Cancel("simulated");
        if (!world.Disk.AcceptAsync(SeedRun.RunId, cancel).AsTask().GetAwaiter().GetResult())
            world.Breach("a request to cancel was not accepted");
        if (process is not { IsOver: false })
            return;
        process.DieAfter(world.Cancels.DiesAfter);
        if (world.Cancels.Toss())
            process.Hear();
        else
            process.Queue(new Hearing(process));
    }

    /// <summary>What the run is; null when there is none, or it has ended.</summary>
    private RunStatus? Status() =>
        world.Disk.FindAsync(SeedRun.RunId).AsTask().GetAwaiter().GetResult()
            is { HasEnded: false, Status: var status }
            ? status
            : null;

    private sealed class Hearing(SimulatedProcess process) : IThreadPoolWorkItem
    {
        public void Execute() => process.Hear();
    }
}
