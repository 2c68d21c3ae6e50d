using Cano.Kernel;

namespace Cano.Reliability.Hostile;

/// <summary>Bodies of rows of every kind with all that a row may have, to be made absurd.</summary>
internal static class SoundRows
{
    private static readonly CanoError s_error = Deep(
        5,
        CanoError.Of(
            Fault.NewCompensationFailed([
                CanoError.Of(Fault.NewConfiguration(["no exit", "no state"])),
                CanoError.Of(Fault.NewOrphanedCompensation("Task", [1, 2, 3])),
                CanoError.Of(Fault.NewRateLimited("minute", TimeSpan.FromSeconds(3))),
                CanoError.Of(Fault.NewWorkflowTimeout(TimeSpan.MaxValue, TimeSpan.FromDays(1))),
                CanoError.Of(Fault.NewResourceTypeMismatch("key", "wanted", "stored")),
                CanoError.Of(Fault.NewWorkflowVersionMismatch(3, 4)),
                CanoError.Of(Fault.NewTaskExecution("IOException: broken")),
            ])
        )
    );

    private static readonly StoredValue s_value = new("{\"a\":[1,2,3]}"u8.ToArray(), "Order");

    private static readonly SplitResult s_split = new(
        [new BranchSuccess(0, "a"), new BranchSuccess(1, "b")],
        [new BranchError(2, "c", s_error)],
        [new BranchCancelled(3, "d")]
    );

    private static readonly StateData s_carried = StateData.Kept("{\"State\":{\"Order\":7}}"u8.ToArray());

    private static readonly Fact[] s_facts =
    [
        Fact.NewStateEntered(null),
        Fact.NewStateEntered(SplitEnding.Of(s_split)),
        Fact.NewStateEntered(new SplitEnding(s_split, s_value)),
        Fact.NewStepCompleted("Next", "\"receipt\""u8.ToArray()),
        Fact.NewCursorAdvanced("17"u8.ToArray()),
        Fact.NewWaitStarted(new Suspension(DateTimeOffset.UnixEpoch, 2, 0, null, null)),
        Fact.NewWaitStarted(
            new Suspension(null, 0, 3, DateTimeOffset.UnixEpoch, new PollState(2, TimeSpan.FromSeconds(5)))
        ),
        Fact.NewSignalTaken(new TakenSignal(7, "paid", "id-1", s_value)),
        Fact.NewRollbackStarted(s_error),
        Fact.NewCompensated(null),
        Fact.NewCompensated(s_error),
        Fact.NewRollbackFinished(s_error),
        Fact.Finished,
        Fact.NewChildStarted(new ChildStart("run/1", "child", 2, "Start", s_value, 0, s_carried)),
        Fact.NewChildEnded(
            new ChildEnding("run/1", RowStatus.Failed, "Done", s_value, s_error, 0, 9, s_carried)
        ),
        Fact.NewBranchesListed(new Listing([s_value, null], DateTimeOffset.UnixEpoch)),
        Fact.NewBranchCompleted(new BranchEnding(1, "b", s_value, s_error)),
        Fact.NewCancelRequested(new CancelRequest("enough", DateTimeOffset.UnixEpoch)),
        Fact.NewFailed(s_error, null),
    ];

    /// <summary>Of each kind one, snapshots of several.</summary>
    public static IReadOnlyList<CheckpointRow> All { get; } = [.. Facts().Select(Stored)];

    private static IEnumerable<Fact> Facts()
    {
        var durable = DurableStateModule.empty;
        for (var i = 0; i < s_facts.Length; i++)
        {
            yield return s_facts[i];
            durable = DurableStateModule.Remember(Row(i, s_facts[i]), durable);
            if (i % 3 == 1)
                yield return Fact.NewSnapshot(durable);
        }
    }

    private static CheckpointRow Stored(Fact fact, int at) =>
        new CheckpointRow
        {
            Sequence = at,
            Kind = FactModule.Kind(fact),
            Status = RowStatus.Waiting,
            WrittenAt = DateTimeOffset.UnixEpoch,
            WakesAt = at % 2 == 0 ? DateTimeOffset.UnixEpoch : null,
            Start = at % 3 == 0 ? Start() : null,
            WorkflowVersion = 1,
            Visit = at,
            State = "State",
            StateData = at % 4 == 1 ? s_carried.Bytes : default(ReadOnlyMemory<byte>?),
            TaskName = "Task",
            NextState = RowFormat.NextState(fact),
            Category = "timeout",
            Data = at % 4 == 0 ? new byte[] { 1, 1, 2, 1, 107, 1, 49 } : default(ReadOnlyMemory<byte>?),
            Payload = CheckpointRow.Optional(RowFormat.Payload(fact)),
            Output = at % 5 == 0 ? s_value : null,
        };

    private static Row Row(int sequence, Fact fact) =>
        new(sequence, sequence, 1, sequence == 0 ? Start() : null, "State", "Task", fact, s_carried);

    private static RunStart Start() =>
        RunStart.Now("orders", "State", DateTimeOffset.UnixEpoch, "0123456789abc");

    private static CanoError Deep(int depth, CanoError error) =>
        depth == 0 ? error : Deep(depth - 1, CanoError.Of(Fault.NewRetryExhausted(2, error)));
}
