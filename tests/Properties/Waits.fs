namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open global.Xunit

/// What a wait of a step's own ends in.
type Waits() =

    let plan =
        let policy = {
            Definitions.noRetry with
                Retry = RetryMode.Fixed(1, TimeSpan.FromSeconds 1.0)
        }

        Plan.Compile(
            Definitions.workflow [ Definitions.state "S" (StepKind.Timer policy) ] [ "Done" ]
        )

    let taken =
        Fact.SignalTaken {
            Number = 7L
            Name = "approve"
            Id = null
            Payload = { Json = "1"B; TypeName = "Int32" }
        }

    let row visit fact : Row = {
        Sequence = visit
        Visit = visit
        Version = 3u
        Start = null
        State = "S"
        Task = "STask"
        Fact = fact
        Data = StateData.None
    }

    let due = Nullable Answers.epoch

    let run phase durable = {
        Run.Fresh(Target.Of(plan.NumberOf "S")) with
            Phase = phase
            Visit = 0L
            Mode = RunMode.Journaled
            Durable = durable
    }

    let waiting due failed =
        let wait = Suspension.Of(WaitRequest.For due, 1)
        run (Phase.Waiting { wait with FailedAttempt = failed })

    let answer run answer =
        Play.step plan run (RunEvent.Answered(0L, answer))

    let changesNothing before said =
        let after = answer before said
        Law.equal (before, Effect.Await, false) (after.Run, after.Start, after.Stop)

    /// A pause follows one that a row of this visit and attempt tells, and is over so much later.
    let pauseAfter visit attempt (span: TimeSpan) =
        let told = Suspension.Of(WaitRequest.For due, attempt)

        let durable =
            DurableState.remember (row visit (Fact.WaitStarted told)) DurableState.empty

        let later = Nullable(due.Value + span)
        answer (run Phase.Running durable) (Answer.WaitRequested(WaitRequest.For later))

    [<Fact>]
    [<Trait("ID", "S9")>]
    member _.``a pause is told by the row of one that was over within the minute before``() =
        for seconds in [ 0.0; 2.0; 59.9; -59.9 ] do
            let after = pauseAfter 0L 1 (TimeSpan.FromSeconds seconds)
            let later = due.Value + TimeSpan.FromSeconds seconds
            Law.equal (Effect.Wait(WaitEnd.At later)) after.Start
            Assert.True (answer after.Run Answer.Woken).Start.IsContinue

        // The clock may have been set back.
        for seconds in [ 60.0; 61.0; 9000.0; -60.0; -9000.0 ] do
            Assert.True (pauseAfter 0L 1 (TimeSpan.FromSeconds seconds)).Start.IsAppend

    [<Fact>]
    [<Trait("ID", "S9")>]
    member _.``a pause is not told by a row of another visit or attempt``() =
        Assert.True (pauseAfter 1L 1 TimeSpan.Zero).Start.IsAppend
        Assert.True (pauseAfter 0L 2 TimeSpan.Zero).Start.IsAppend

    [<Fact>]
    [<Trait("ID", "U4")>]
    member _.``a wait without an end of its own is not over when time has passed``() =
        changesNothing (waiting (Nullable()) 0 DurableState.empty) Answer.Woken
        Assert.True (answer (waiting due 0 DurableState.empty) Answer.Woken).Start.IsContinue

    [<Fact>]
    [<Trait("ID", "U3")>]
    member _.``what a wait has ended in is written before anything goes on``() =
        for due in [ due; Nullable() ] do
            match (answer (waiting due 0 DurableState.empty) (Answer.WokenBy taken)).Start with
            | Effect.Append(row, _) -> Law.equal taken row.Fact
            | effect -> Assert.Fail $"%A{effect} instead of a row."

    [<Fact>]
    [<Trait("ID", "U3")>]
    member _.``a retry's delay is ended by its time alone``() =
        changesNothing (waiting due 1 DurableState.empty) (Answer.WokenBy taken)

    [<Fact>]
    [<Trait("ID", "U3")>]
    member _.``a further attempt goes on from what the wait has ended in, and does not wait again``
        ()
        =
        let durable = DurableState.remember (row 0L taken) DurableState.empty
        let after = answer (waiting due 1 durable) Answer.Woken
        Law.equal (Effect.Continue(0, taken), 2) (after.Start, after.Run.Attempt)
        changesNothing after.Run (Answer.WaitRequested(WaitRequest.For due))

    [<Fact>]
    [<Trait("ID", "U3")>]
    member _.``what one visit's wait has ended in is nothing to the next visit``() =
        let durable = DurableState.remember (row 0L taken) DurableState.empty
        Assert.NotNull(DurableState.wokenBy 0L durable)
        Assert.Null(DurableState.wokenBy 1L durable)
        let entered = DurableState.remember (row 1L (Fact.StateEntered null)) durable
        Assert.Null entered.WokenBy
