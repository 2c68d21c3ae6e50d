using Cano.Kernel;

namespace Cano.Testing.Simulations;

/// <summary>Somebody who cancels a run for good, be it worked on or not: the request is durable before
/// anybody hears of it.</summary>
internal sealed class Canceller(SimulatedWorld world)
{
    /// <summary>The request to cancel a run that nobody has acted on; null when there is none.</summary>
    public CancelRequest? WaitingFor(string runId)
    {
        // The store in memory answers at once.
        var items = world.Disk.ReadInboxAsync(runId).AsTask().GetAwaiter().GetResult();
        return items.FirstOrDefault(item => item.Kind == InboxKind.Cancel) is { } cancel
            ? new CancelRequest(cancel.Name, cancel.AcceptedAt)
            : null;
    }

    /// <summary>A point at which a run may be cancelled: the one that is simulated, or a child of it. Who
    /// works on it hears of that at once or a little later; else whoever takes it up finds it.</summary>
    public void AskAtTimes(SimulatedProcess? process, Place at, string when)
    {
        if (!world.Cancels.IsOpen || StatusOf(SeedRun.RunId) is null || !world.Cancels.Comes())
            return;
        var runId = Pick();
        world.Tell(
            $"of {Told(runId)} that is {StatusOf(runId)}, {when}",
            at,
            fault: SimulationFaults.DurableCancel
        );
        var cancel = InboxItem.Cancel("simulated");
        var isAccepted = world.Disk.AcceptAsync(runId, cancel).AsTask().GetAwaiter().GetResult();
        // Its parent may have asked before.
        if (!isAccepted && WaitingFor(runId) is null)
            world.Breach("a request to cancel was not accepted");
        if (process is not { IsOver: false, Asked: { } asked })
            return;
        process.DieAfter(world.Cancels.DiesAfter);
        if (world.Cancels.Toss())
            asked.Hear(runId);
        else
            process.Queue(new Hearing(asked, runId));
    }

    private static string Told(string runId) => runId == SeedRun.RunId ? "a run" : $"child '{runId}'";

    private string Pick()
    {
        string[] living =
        [
            .. world.Runs.Children.Where(run => StatusOf(run.RunId) is not null).Select(run => run.RunId),
        ];
        return living.Length == 0 || world.Cancels.Toss()
            ? SeedRun.RunId
            : living[world.Cancels.Pick(living.Length)];
    }

    /// <summary>What a run is; null when there is none, or it has ended.</summary>
    private RunStatus? StatusOf(string runId) =>
        world.Disk.FindAsync(runId).AsTask().GetAwaiter().GetResult()
            is { HasEnded: false, Status: var status }
            ? status
            : null;

    private sealed class Hearing(IAsked asked, string runId) : IThreadPoolWorkItem
    {
        public void Execute() => asked.Hear(runId);
    }
}
