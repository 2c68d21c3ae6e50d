using System.Text;
using Cano.Kernel;
using Cano.Runtime.Data;

namespace Cano.CSharp.Engine;

/// <summary>What is known of a run, from what its store lists and from its rows.</summary>
internal static class RunReading
{
    // A store's heads hold no more of an error.
    private const string Whole =
        "a list tells the category alone: FindAsync of the run tells the whole error";

    // As many states as an error names.
    private const int PathMax = 64;

    /// <summary>As a list tells it.</summary>
    public static RunInfo Of(RunSummary run, string? held) =>
        new()
        {
            RunId = run.RunId,
            Status = run.Status,
            WorkflowName = run.WorkflowName,
            WorkflowVersion = run.WorkflowVersion,
            State = run.State,
            Visit = run.Visit,
            StartedAt = run.StartedAt,
            UpdatedAt = run.UpdatedAt,
            EndedAt = run.EndedAt,
            // A rollback waits before a compensation is tried again.
            Waiting =
                run.Status == RunStatus.Waiting
                || (run.Status == RunStatus.RollingBack && run.WakesAt is not null)
                    ? new RunWait(run.WakesAt, [], null)
                    : null,
            Error = run.Category is { } category ? CanoError.Of(FaultCategory.Of(category, Whole)) : null,
            ParentRunId = run.ParentRunId,
            LastSequence = run.LastSequence,
            Tries = run.Tries,
            Damage = run.Damage,
            Tags = run.Tags,
            IsParked = run.IsParked,
            Held = held,
        };

    /// <summary>With all that the rows tell besides.</summary>
    /// <param name="listed">As a list tells it.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="values">Reads them.</param>
    /// <param name="workflow">Its workflow; null when it was not added.</param>
    public static RunInfo With(
        RunInfo listed,
        IReadOnlyList<CheckpointRow> rows,
        ValueCodec values,
        EngineWorkflow? workflow
    )
    {
        if (rows.Count == 0)
            return listed;
        var durable = EncodedRows
            .Told(listed.RunId, rows, values)
            .Aggregate(DurableStateModule.empty, (state, row) => DurableStateModule.Remember(row, state));
        return listed with
        {
            Path = PathOf(durable),
            Attempt = AttemptOf(durable.Last?.Fact),
            Waiting = WaitOf(listed, durable, workflow),
            Error = (StoredEnd.ErrorOf(durable.Last?.Fact) ?? durable.Rollback?.Cause)?.Along([
                .. durable.Path.Take(PathMax).Reverse(),
            ]),
            CancelReason = durable.Cancel?.Reason,
            InputJson = Json(durable.Start?.Input),
            OutputJson = Json(EncodedRows.Output(listed.RunId, rows, values)),
        };
    }

    private static int AttemptOf(Fact? newest) =>
        newest is Fact.WaitStarted { Item: var wait } ? Math.Max(wait.Attempt, wait.FailedAttempt + 1) : 1;

    private static RunWait? WaitOf(RunInfo listed, DurableState durable, EngineWorkflow? workflow) =>
        (listed.Waiting, durable.Last) switch
        {
            ({ } wait, { Fact: Fact.WaitStarted { Item: var begun }, State: var state }) => workflow?.WaitOf(
                state,
                begun
            ) ?? wait,
            ({ } wait, { Fact: Fact.ChildStarted or Fact.ChildEnded, Visit: var visit }) => wait with
            {
                ChildRunId = DurableStateModule.FanOutOf(visit, durable) is { } children
                    ? FanOutModule.NewestUnderWay(children)
                    : null,
            },
            var (wait, _) => wait,
        };

    /// <summary>The states that were entered, oldest first, and then the exit.</summary>
    private static string[] PathOf(DurableState durable)
    {
        var entered = durable.Path.Reverse();
        return durable.Last is { Fact.IsFinished: true, State: var exit } ? [.. entered, exit] : [.. entered];
    }

    private static string? Json(StoredValue? value) =>
        value is null ? null : Encoding.UTF8.GetString(value.Json);
}
