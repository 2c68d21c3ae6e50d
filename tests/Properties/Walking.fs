namespace Cano.Properties

open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// Decisions that are taken at once for two events, or for very many.
type Walking(output: ITestOutputHelper) =
    inherit Laws(output)

    let behindSplit = SplitEnding.Of(BranchAnswers.result 2 [ true; false ])

    /// Every run of a play whose task is under way, in other circumstances, too, each with every
    /// state to go on to and some behind it.
    let atWork (played: Played) =
        let states = played.Plan.Nodes.Count

        played.Moments
        |> List.map _.After.Run
        |> List.filter _.Phase.IsRunning
        |> List.collect (fun run -> [
            run
            { run with Attempt = run.Attempt + 1 }
            { run with Split = behindSplit }
        ])
        |> List.collect (fun run ->
            List.init states (fun first ->
                run, List.init 5 (fun step -> (first + step * (step + states + 1)) % states)))

    let walk (plan: Plan) (run: Run, nexts: int list) =
        let rec onward (now: Run) walked =
            function
            | next :: rest when Reducer.walks plan &run now.State next ->
                let decided = Reducer.succeeded plan &now (Target.Of next)
                Law.equal (Effect.RunTask next) decided.Start
                Assert.False decided.Stop
                Law.equal (Reducer.walked plan &run next (now.Visit + 1L)) decided.Run
                onward decided.Run (walked + 1) rest
            | _ -> walked

        onward run 0 nexts

    [<Law(3_000)>]
    [<Trait("ID", "Y31")>]
    member law.``a walk is as many successes one after another``() =
        let cases = [
            "without rows"
            "among rows"
            "several at once"
            "an edge that is not declared"
            "tried again before"
            "behind a split"
        ]

        law.Holds cases Scenarios.any (fun scenario ->
            let played = Play.scenario scenario

            let walks =
                atWork played |> List.map (fun (run, next) -> run, walk played.Plan (run, next))

            let has what =
                walks |> List.exists (fun (run, walked) -> walked > 0 && what run)

            Law.met [
                "without rows", has (fun run -> not run.Journaled)
                "among rows", has _.Journaled
                "several at once", walks |> List.exists (fun (_, walked) -> walked > 1)
                "an edge that is not declared",
                atWork played
                |> List.exists (fun (run, nexts) ->
                    not (played.Plan.Allows(run.State, nexts.Head)))
                "tried again before", has (fun run -> run.Attempt > 1)
                "behind a split", has (fun run -> not (isNull run.Split))
            ])

    [<Law(3_000)>]
    [<Trait("ID", "Y31")>]
    member law.``to arrive behind a row is to succeed and to have it appended``() =
        let cases = [ "arrives"; "a snapshot comes between"; "behind a split"; "to rest" ]

        let scenarios =
            [ Scenarios.any; Scenarios.suspended ]
            |> List.map Arb.toGen
            |> Gen.oneof
            |> Arb.fromGen

        law.Holds cases scenarios (fun scenario ->
            let played = Play.scenario scenario

            let arrived =
                atWork played
                |> List.map (fun (run, nexts) ->
                    let mutable behind = Unchecked.defaultof<Run>
                    let next = Target.Of nexts.Head
                    let row = Reducer.arriving played.Plan &run next &behind
                    let first = Reducer.succeeded played.Plan &run next

                    match row with
                    | null -> ()
                    | row ->
                        Law.equal (Effect.Append(row, Durability.Durable)) first.Start
                        let last = Play.step played.Plan first.Run RunEvent.RowAppended
                        Law.equal (Effect.RunTask nexts.Head) last.Start
                        Assert.False(first.Stop || last.Stop)
                        Law.equal behind last.Run

                    run, first, not (isNull row))

            let has what =
                arrived |> List.exists (fun (run, _, isArrived) -> isArrived && what run)

            let snapshotIsNext (_: Run, first: Transition, isArrived: bool) =
                first.Start.IsAppend
                && not isArrived
                && (Play.step played.Plan first.Run RunEvent.RowAppended).Start.IsAppend

            Law.met [
                "arrives", has (fun _ -> true)
                "a snapshot comes between", arrived |> List.exists snapshotIsNext
                "behind a split", has (fun run -> not (isNull run.Split))
                "to rest", arrived |> List.exists (fun (run, _, _) -> run.Suspending)
            ])
