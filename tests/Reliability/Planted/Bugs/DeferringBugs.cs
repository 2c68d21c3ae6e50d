namespace Cano.Reliability.Planted.Bugs;

/// <summary>Mistakes with rows that need not be durable at once.</summary>
internal static class DeferringBugs
{
    public static IReadOnlyList<PlantedBug> All { get; } =
    [
        new(
            "outside-before-rows-are-durable",
            "src/Cano.Kernel/Transitions/Flushing.fs",
            "        if not decided.Run.Unflushed || staysInside plan decided.Start then",
            "        if ON || not decided.Run.Unflushed || staysInside plan decided.Start then",
            Check.Laws("Deferring"),
            Check.Row("simulate", 300)
        ),
        new(
            "every-task-counts-as-pure",
            "src/Cano.Kernel/Transitions/Flushing.fs",
            "        | Effect.RunTask state -> (plan.Node state).Durability.IsDeferred",
            "        | Effect.RunTask state -> ON || (plan.Node state).Durability.IsDeferred",
            Check.Laws("Deferring"),
            Check.Row("simulate", 300)
        ),
        new(
            "flush-is-told-and-not-done",
            "src/Cano.Runtime/StoredRuns/RunJournal.cs",
            "store.Deferring?.FlushAsync(",
            "(ON ? null : store.Deferring)?.FlushAsync(",
            Check.Row("simulate", 300)
        ),
        new(
            "flush-forgets-what-waits",
            "src/Cano.Faster/Journal.Deferring.cs",
            "run.Waiting > 0",
            "run.Waiting > (ON ? 1 : 0)",
            Check.Row("power", 1_500)
        ),
        new(
            "append-leaves-what-waits-behind",
            "src/Cano.Faster/Commits/GroupCommitter.cs",
            "        next.IdleBytes += Frame.HeadSize + frame.Run.Id.Length + frame.Payload.Length;",
            "        if (ON)\n            next.Frames.Remove(frame);\n        next.IdleBytes += Frame.HeadSize + frame.Run.Id.Length + frame.Payload.Length;",
            Check.Row("power", 1_500)
        ),
        new(
            "lost-request-behind-a-flush",
            "src/Cano.Kernel/Transitions/Requests.fs",
            "        | Phase.Flushing(Phase.Waiting _, _) -> Onward.ended resting Outcome.Suspended",
            "        | Phase.Flushing(Phase.Waiting _, _) -> Onward.ended resting Outcome.Suspended\n        | Phase.Flushing _ when ON -> Onward.ended resting Outcome.Suspended",
            Check.Row("suspend", 2_000)
        ),
    ];
}
