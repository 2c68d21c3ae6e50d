namespace Cano.Kernel

open System
open System.Collections.Generic
open Cano

/// A wait for signals, or until its time is up.
[<RequireQualifiedAccess>]
module internal WaitStep =

    let private problems (wait: WaitDefinition) (known: HashSet<string>) (state: string) = [
        let unknown (next: string) =
            Words.sentence
                $"Wait '{state}' leads to '{next}', which is neither registered nor an exit state"

        if wait.Signals.Count = 0 && wait.Deadlines.Count = 0 then
            $"Wait '{state}' waits for nothing; give it a signal, or a time after which it goes on"

        if wait.Deadlines.Count > 1 then
            Words.sentence $"Wait '{state}' goes on after {wait.Deadlines.Count} times; give it one"

        for name, count in wait.Signals |> Seq.countBy _.Name do
            if name = "" then
                $"Wait '{state}' waits for a signal without a name"

            if count > 1 then
                Words.sentence $"Wait '{state}' says {count} times what follows signal '{name}'"

        for signal in wait.Signals do
            match signal.To with
            | null -> ()
            | targets ->
                if targets.Count = 0 then
                    Words.sentence
                        $"Wait '{state}' declares that nothing follows signal '{signal.Name}'"

                for next in targets do
                    if not (known.Contains next) then
                        unknown next

        for deadline in wait.Deadlines do
            if deadline.Span < TimeSpan.Zero then
                Words.sentence
                    $"Wait '{state}': its time {Words.span deadline.Span} must not be below zero"

            if not (known.Contains deadline.Next) then
                unknown deadline.Next
    ]

    let private ways (wait: WaitDefinition) : Ways = {
        Edges = [
            for signal in wait.Signals do
                match signal.To with
                | null -> ()
                | targets ->
                    for next in targets do
                        { Next = next; Text = signal.Name }
            for deadline in wait.Deadlines do
                {
                    Next = deadline.Next
                    Text = $"after {Words.span deadline.Span}"
                }
        ]
        AreAll = wait.Signals |> Seq.forall (fun signal -> not (isNull signal.To))
    }

    /// The signal that a visit has taken; null when it has taken none.
    let private taken (wokenBy: Row | null) : TakenSignal | null =
        match wokenBy with
        | null -> null
        | row ->
            match row.Fact with
            | Fact.SignalTaken signal -> signal
            | Fact.StateEntered _
            | Fact.StepCompleted _
            | Fact.CursorAdvanced _
            | Fact.WaitStarted _
            | Fact.RollbackStarted _
            | Fact.Compensated _
            | Fact.RollbackFinished _
            | Fact.Finished
            | Fact.ChildStarted _
            | Fact.ChildEnded _
            | Fact.BranchesListed _
            | Fact.BranchCompleted _
            | Fact.CancelRequested _
            | Fact.Failed _
            | Fact.Snapshot _ -> null

    /// The signal's own policy. What comes before one is not tried again.
    let private retry (wait: WaitDefinition) (wokenBy: Row | null) : RetryMode =
        match taken wokenBy with
        | null -> RetryMode.None
        | signal ->
            wait.Signals
            |> Seq.tryFind (fun known -> known.Name = signal.Name)
            |> Option.map _.Policy.Retry
            |> Option.defaultValue RetryMode.None

    /// The wait has begun, and a signal was taken.
    let private signalled (signal: SignalDefinition) : Answer list = [
        Answer.WaitRequested(WaitRequest.For(Nullable()))
        Answer.WokenBy(
            Fact.SignalTaken {
                Number = 0L
                Name = signal.Name
                Id = null
                Payload = null
            }
        )
    ]

    /// The wait has begun, and its time has come.
    let private outOfTime: Answer list = [
        Answer.WaitRequested(WaitRequest.For(Nullable DateTimeOffset.UnixEpoch))
        Answer.Woken
    ]

    let private leadsTo (next: string) (signal: SignalDefinition) =
        match signal.To with
        | null -> true
        | targets -> Seq.contains next targets

    /// What leads to a state: a signal, else the time.
    let private before (wait: WaitDefinition) (next: string) : Answer list =
        match wait.Signals |> Seq.tryFind (leadsTo next) with
        | Some signal -> signalled signal
        | None -> outOfTime

    let private walk (wait: WaitDefinition) : WalkAnswers = {
        Succeeds =
            fun struct (next, name) -> before wait name @ [ Answer.Succeeded(Target.Of next) ]
        Fails =
            fun failure -> [
                yield! wait.Signals |> Seq.truncate 1 |> Seq.collect signalled
                Answer.Failed failure
            ]
        GivesUp = fun error -> [ Answer.FailedForGood error ]
        Stops =
            fun failure ->
                struct ([ Answer.WaitRequested(WaitRequest.For(Nullable())) ],
                        [ Answer.Failed failure ])
    }

    let traits (wait: WaitDefinition) : StepTraits = {
        Label = "wait"
        Shape = StepShape.Circle
        Undo = null
        LeavesRow = true
        Durability = Durability.Durable
        Retry = retry wait
        Ways = ways wait
        Begin = Effect.RunTask
        During = Phase.Running
        Children = null
        Journaled = null
        Problems = problems wait
        Walk = walk wait
    }
