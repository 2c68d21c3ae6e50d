namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open Cano.Model
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// A run and its children: no orphans, none twice, and whatever befalls the parent its children
/// come first.
type Parents(output: ITestOutputHelper) =
    inherit Laws(output)

    let childrenOf (played: Played) (run: Run) =
        match Answers.stepOf played.Plan run.State with
        | Some(StepKind.Children children) -> Some children
        | _ -> None

    let underWay (run: Run) =
        DurableState.underWayOf run.Visit run.Durable

    let bulkhead (children: ChildrenDefinition) =
        match children.Join with
        | NonNull join when join.Bulkhead.HasValue -> join.Bulkhead.Value
        | _ -> Int32.MaxValue

    let runs (played: Played) =
        played.Moments |> List.map _.After.Run |> List.filter _.Journaled

    let started (rows: Row list) =
        rows
        |> List.choose (fun row ->
            match row.Fact with
            | Fact.ChildStarted child -> Some(row.Visit, child.Index)
            | _ -> None)

    let isEnd (fact: Fact) =
        fact.IsFinished
        || fact.IsFailed
        || fact.IsRollbackStarted
        || fact.IsRollbackFinished

    /// Most states start children, so that much is seen of them. isOne: those that start one alone.
    let parentsOf (isOne: int -> bool) =
        let child (i: int) (state: StateDefinition) =
            match state.Step with
            | StepKind.Single _
            | StepKind.Router _
            | StepKind.Timer _
            | StepKind.Stepped _
            | StepKind.Stream _
            | StepKind.Wait _ when i % 3 > 0 -> {
                state with
                    Step =
                        StepKind.Children {
                            Children = [|
                                {
                                    Name = ""
                                    WorkflowName = "child"
                                    WorkflowVersion = 1u
                                    InitialState = "Start"
                                }
                            |]
                            Join =
                                if isOne i then
                                    null
                                else
                                    {
                                        Strategy = JoinStrategy.Quorum 2
                                        Next = null
                                        Branches = null
                                        Timeout = Nullable(TimeSpan.FromMinutes 1.0)
                                        Bulkhead = Nullable 3
                                        WaitForAll = i % 2 = 0
                                        Journaled = false
                                    }
                        }
              }
            | _ -> state

        Arb.toGen Scenarios.journaled
        |> Gen.map (fun scenario -> {
            scenario with
                Definition = {
                    scenario.Definition with
                        States = scenario.Definition.States |> Seq.mapi child |> Array.ofSeq
                }
        })
        |> Arb.fromGen

    let parents = parentsOf (fun i -> i % 3 = 1)

    /// Looked at one by one, as the counts are not.
    let isCounted (fan: FanOut) =
        let ended status =
            fan.Ended |> List.filter (fun ending -> ending.Status = status) |> List.length

        let begun = fan.Started |> List.map _.Index

        Law.equal fan.Started.Length fan.Begun
        Law.equal fan.Ended.Length fan.Ends.All
        Law.equal (ended RowStatus.Completed) fan.Ends.Completed
        Law.equal (ended RowStatus.Cancelled) fan.Ends.Cancelled
        Law.equal (FanOut.underWay fan).Length (FanOut.countUnderWay fan)

        Law.equal
            ([ 0 .. FanOut.total fan - 1 ] |> List.except begun |> List.tryHead)
            (FanOut.following fan)

        let succeeded =
            fan.Branches |> List.filter (fun branch -> isNull branch.Error) |> List.length

        Law.equal (fan.Branches.Length, succeeded) (fan.BranchEnds.All, fan.BranchEnds.Completed)

        for child in FanOut.underWay fan do
            Assert.True(
                FanOut.areOthersUnderWay child.Child.Index fan = (fan.Begun - fan.Ends.All > 1)
            )

    [<Law(5_000)>]
    [<Trait("ID", "V1"); Trait("ID", "V6")>]
    member law.``a child begins once a visit, after its items are listed, and never more at once than may``
        ()
        =
        law.Holds [ "several"; "one"; "after a crash" ] parents (fun scenario ->
            let played = Play.scenario { scenario with Crashes = [ 2..3..44 ] }

            let begun = started played.Rows
            Law.equal begun (List.distinct begun)

            for run in runs played do
                match childrenOf played run with
                | Some children ->
                    Assert.True((underWay run).Length <= bulkhead children)

                    if not (isNull children.Join) && not (underWay run).IsEmpty then
                        Assert.NotNull((nonNull run.Durable.FanOut).Listing)
                | None -> ()

            Law.met [
                "several", begun |> List.exists (fun (_, index) -> index > 0)
                "one", not begun.IsEmpty
                "after a crash",
                played.Moments
                |> List.exists (fun moment ->
                    moment.Event.IsResumed && not (underWay moment.Before).IsEmpty)
            ])

    [<Law(5_000)>]
    [<Trait("ID", "V6")>]
    member law.``what is counted of children is what their rows tell, and the lowest of those that have not begun is next``
        ()
        =
        law.Holds [ "ended"; "begun again" ] parents (fun scenario ->
            let played = Play.scenario { scenario with Crashes = [ 2..3..44 ] }

            let fans =
                runs played |> List.choose (fun run -> run.Durable.FanOut |> Option.ofObj)

            List.iter isCounted fans

            // A visit that failed is tried again.
            let again =
                fans
                |> List.map (fun fan ->
                    let again = FanOut.retried fan
                    isCounted again

                    match FanOut.following again with
                    | Some index when not (isNull (FanOut.takenBack index again)) ->
                        let back = nonNull (FanOut.takenBack index again)
                        isCounted (FanOut.started again.Visit back.Child again)
                        true
                    | _ -> false)

            Law.met [
                "ended", fans |> List.exists (fun fan -> fan.Ends.All > 0)
                "begun again", List.contains true again
            ])

    [<Law(5_000)>]
    [<Trait("ID", "V4")>]
    member law.``no run ends, fails or goes back while a child of it is under way``() =
        law.Holds [ "recalled"; "ended" ] parents (fun scenario ->
            let played = Play.scenario scenario

            for moment in played.Moments do
                match moment.After.Start with
                | Effect.Append(row, _) when isEnd row.Fact ->
                    Assert.Empty(underWay moment.After.Run)
                | Effect.Compensate _ -> Assert.Empty(underWay moment.After.Run)
                | _ -> ()

                // A state is not left either.
                if moment.After.Run.Visit <> moment.Before.Visit && moment.Before.Journaled then
                    Assert.Empty(underWay moment.Before)

            Law.met [
                "recalled",
                played.Moments
                |> List.exists (fun moment -> moment.After.Start.IsRecallChildren)
                "ended", played.Rows |> List.exists _.Fact.IsChildEnded
            ])

    [<Law(5_000)>]
    [<Trait("ID", "V6")>]
    member law.``a visit goes on when its join is met, and fails when it cannot be``() =
        law.Holds [ "met"; "failed" ] (parentsOf (fun _ -> false)) (fun scenario ->
            let played = Play.scenario scenario

            let judged =
                played.Moments
                |> List.choose (fun moment ->
                    match childrenOf played moment.After.Run, moment.After.Start with
                    | Some { Join = NonNull join }, Effect.Continue _ ->
                        Some(join, nonNull moment.After.Run.Durable.FanOut)
                    | _ -> None)

            for join, fan in judged do
                let succeeded =
                    fan.Ended
                    |> List.filter (fun ending -> ending.Status = RowStatus.Completed)
                    |> List.length

                match join.Strategy with
                | JoinStrategy.EveryBranch -> Law.equal (FanOut.total fan) succeeded
                | JoinStrategy.FirstSuccess when FanOut.total fan > 0 -> Assert.True(succeeded > 0)
                | JoinStrategy.Successes n when FanOut.total fan > 0 -> Assert.True(succeeded >= n)
                | _ -> ()

            let failed =
                played.Rows
                |> List.exists (fun row ->
                    match row.Fact with
                    | Fact.Failed(error, _) -> error.Message.Contains "Join condition not met"
                    | Fact.RollbackStarted error ->
                        error.Message.Contains "Join condition not met"
                    | _ -> false)

            Law.met [ "met", not judged.IsEmpty; "failed", failed ])

    [<Fact>]
    [<Trait("ID", "V6")>]
    member _.``a retry takes the ends of failed children back, and those of no others``() =
        let definition =
            Definitions.workflow [
                Definitions.state
                    "S"
                    (StepKind.Children {
                        Children = [|
                            {
                                Name = ""
                                WorkflowName = "child"
                                WorkflowVersion = 1u
                                InitialState = "Start"
                            }
                        |]
                        Join = {
                            Strategy = JoinStrategy.All
                            Next = null
                            Branches = null
                            Timeout = Nullable()
                            Bulkhead = Nullable()
                            WaitForAll = true
                            Journaled = false
                        }
                    })
            ] [ "Done" ]

        let plan = Plan.Compile definition

        let row sequence fact : Row = {
            Sequence = sequence
            Visit = 0L
            Version = definition.Version
            Start = if sequence = 0L then RunStart.Of definition.Name else null
            State = "S"
            Task = ""
            Fact = fact
            Data = StateData.None
        }

        let failed = CanoError.Of(Fault.Workflow "a join that was not met")

        let rows =
            [
                Fact.StateEntered null
                Fact.BranchesListed {
                    Items = [| null; null; null |]
                    Due = Nullable()
                }
                Fact.ChildStarted(ChildAnswers.start 0)
                Fact.ChildStarted(ChildAnswers.start 1)
                Fact.ChildStarted(ChildAnswers.start 2)
                Fact.ChildEnded(ChildAnswers.ending RowStatus.Failed 1)
                Fact.ChildEnded(ChildAnswers.ending RowStatus.Completed 0)
                Fact.ChildEnded(ChildAnswers.ending RowStatus.RolledBack 2)
                Fact.Failed(failed, null)
            ]
            |> List.mapi (fun i fact -> row (int64 i) fact)

        let rec go (run: Run) event =
            let after = Play.step plan run event

            match after.Start with
            | Effect.Append(row, _) -> row.Fact :: go after.Run RunEvent.RowAppended
            | Effect.AwaitChildren children ->
                Law.equal [ (1, 3L) ] [
                    for child in FanOut.underWay children -> child.Child.Index, child.After
                ]

                []
            | effect -> failwith $"%A{effect}"

        Law.equal
            [ Fact.StateEntered null; Fact.ChildStarted(ChildAnswers.start 1) ]
            (go (Play.recover plan rows) RunEvent.Retried)
