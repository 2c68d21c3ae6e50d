using Cano.Runtime.Errors;

namespace Cano.Testing.Simulations;

/// <summary>What must hold when a process has come to its end, and when the run has.</summary>
internal static class EndRules
{
    /// <summary>Of a process that ended by itself: each start has its end, what was set up is torn
    /// down.</summary>
    public static void Judge(SimulatedWorld world, SimulatedProcess process)
    {
        try
        {
            process.Seen.AssertTasksPaired();
        }
        catch (ObservationException unpaired)
        {
            world.Breach(UserText.MessageOf(unpaired));
        }

        foreach (var seen in process.Seen.Events)
            if (seen.Error is { Category.Length: 0 })
                world.Breach($"{seen} has no category");
        var (setups, teardowns) = (process.Resources.SetupCount, process.Resources.TeardownCount);
        if (setups != teardowns)
            world.Breach($"{setups} resources were set up and {teardowns} torn down");
    }

    private static bool IsOfCancel(Fault fault) => fault.IsCancelled || fault.IsCompensationFailed;

    /// <summary>Of a run that has ended for good.</summary>
    public static void Judge(SimulatedWorld world, JournalRules rules, string? exit, CanoError? error)
    {
        if (exit is null == error is null)
            world.Breach("the run has not exactly one of an exit and an error");
        if (error is { Category.Length: 0 })
            world.Breach("the run's error has no category");
        if (!world.Options.IsJournaled)
            return;
        var last = rules.Rows.LastOrDefault();
        if (rules.IsCancelRequested && !(rules.HasEnded && error is { Fault: var why } && IsOfCancel(why)))
            world.Breach($"the run was cancelled for good, and ended in {exit ?? error?.ToString()}");
        if (world.Canceller.WaitingFor(rules.RunId) is not null)
            world.Breach("nobody has acted on the request to cancel the run");
        if (exit is not null && (last?.Kind != RowKind.Finished || last.State != exit))
            world.Breach($"the run completed in '{exit}', and its newest row does not say so");
        // A rollback that ran out of time leaves steps to undo, and says so.
        if (error is not null && rules.OwesUndo && !error.Fault.IsCompensationFailed)
            world.Breach("the run failed, and completed steps are not undone");
        // An engine that died or lost its journal at an end has not cleared it, and nobody clears it later.
        var isUndisturbed =
            world.Process is { Number: 1, HasDied: false, TroubleCount: 0, IsSuspending: false };
        var isCleared = !rules.IsClearRefused && (!world.IsFamily || isUndisturbed);
        if (rules.IsSettled && rules.Workflow.Retention == Retention.Clear && isCleared)
        {
            var left = world.Disk.LoadRunAsync(rules.RunId).GetAwaiter().GetResult().Count;
            if (left > 0)
                world.Breach($"the ended run has {left} live rows");
        }
    }
}
