namespace Cano.Properties

open System
open System.IO
open System.Threading
open System.Threading.Tasks
open Cano
open Cano.Testing
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// The cases of a union as states: what their fields hold goes with the run, whatever befalls it.
type CaseCuts(output: ITestOutputHelper) =
    inherit Laws(output)

    [<Law(300)>]
    [<Trait("ID", "Y33"); Trait("ID", "Y34")>]
    member law.``cut at any row a run has what it had, to the end``() =
        let cuts =
            Gen.zip
                (Gen.listOfLength 3 (Gen.choose (1, 24)))
                (Gen.elements [ CrashPoint.BeforeAppend; CrashPoint.AfterAppend ])
            |> Gen.zip (Gen.choose (2, 30))
            |> Arb.fromGen

        law.Holds [ "died twice" ] cuts (fun (snapshotEvery, (cuts, point)) ->
            let seen = Purchases.Seen()
            let rows = MemoryCheckpointStore()
            let time = LeapingTime()

            let build (store: ICheckpointStore) =
                (Purchases.workflow seen ignore Purchases.never)
                    .WithCheckpointStore(store)
                    .WithTimeProvider(time)
                    .WithSnapshotEvery(snapshotEvery)

            let rec goOn (cuts: int list) deaths =
                let store: ICheckpointStore =
                    match cuts with
                    | [] -> rows
                    | cut :: _ -> CrashingCheckpointStore(rows, cut, point)

                let ended =
                    (if (rows.LoadRunAsync "run").Result.Count = 0 then
                         (build store).TryOrchestrateAsync(Purchases.way.Head, "run")
                     else
                         (build store).TryResumeFromAsync("run"))
                        .Result

                if ended.IsRight || cuts.IsEmpty then
                    ended.IfLeft(fun (error: CanoError) -> Lost error.Message), deaths
                else
                    goOn cuts.Tail (deaths + 1)

            let exit, deaths = goOn cuts 0
            Law.equal Purchases.paid exit
            Purchases.allAsOnTheWay seen

            for state in
                Purchases.way
                |> List.filter (fun state -> not state.IsRested && not state.IsAwaited) do
                Assert.Contains((Purchases.nameOf state, state), seen.All)

            Law.met [ "died twice", deaths > 1 ])

    [<Fact>]
    [<Trait("ID", "Y33")>]
    member _.``a case is one state, whatever it carries, and its name is the case's``() = task {
        let seen = Purchases.Seen()
        let workflow = Purchases.workflow seen ignore Purchases.never
        let names = workflow.Definition.States |> Seq.map _.Name |> List.ofSeq
        Law.equal (Purchases.way |> List.map Purchases.nameOf) names
        Law.equal [ "Paid"; "Lost" ] (List.ofSeq workflow.Definition.Exits)

        let! exit =
            workflow.WithTimeProvider(LeapingTime()).OrchestrateAsync(Purchases.way.Head)

        Law.equal Purchases.paid exit
        Purchases.allAsOnTheWay seen
    }

    [<Fact>]
    [<Trait("ID", "Y34")>]
    member _.``a step is undone with what its state carried, by another process too``() = task {
        let rows = MemoryCheckpointStore()
        let undone = ResizeArray<Purchase>()

        let build (store: ICheckpointStore) =
            (Purchases.workflow (Purchases.Seen()) undone.Add (fun state ->
                if state = "Packed" then
                    failwith "no parcel"))
                .WithCheckpointStore(store)
                .WithSnapshotEvery(4)
                .WithTimeProvider(LeapingTime())

        let crashing = CrashingCheckpointStore(rows)

        let! died =
            (Purchases.workflow (Purchases.Seen()) undone.Add (fun state ->
                if state = "Packed" then
                    crashing.Crash()))
                .WithCheckpointStore(crashing)
                .WithSnapshotEvery(4)
                .WithTimeProvider(LeapingTime())
                .TryOrchestrateAsync(Purchases.way.Head, "run")

        Assert.True died.IsLeft
        Assert.Empty undone
        let! ended = (build rows).TryResumeFromAsync "run"
        Assert.True ended.IsLeft

        Law.equal
            (Purchases.way
             |> List.filter (fun state -> state.IsReserved || state.IsCharged)
             |> List.rev)
            (List.ofSeq undone)
    }

    [<Fact>]
    [<Trait("ID", "Y34")>]
    member _.``a run that failed goes on with what its state carried, where the failure was a router's too``
        ()
        = task {
        for failing in [ "Packed"; "Opened"; "Chosen" ] do
            let rows = MemoryCheckpointStore()
            let isBroken = ref true
            let seen = Purchases.Seen()

            let build () =
                Workflow
                    .OfCases<Purchase>()
                    .Register(
                        Opened "",
                        Func<TaskContext, Purchase>(fun context ->
                            match seen.Add context with
                            | _ when isBroken.Value && failing = "Opened" -> failwith "lost"
                            | Opened customer -> Chosen customer.Length
                            | other -> other),
                        TaskConfig.Minimal
                    )
                    .RegisterRouter(
                        Chosen 0,
                        Func<TaskContext, Purchase>(fun context ->
                            match seen.Add context with
                            | _ when isBroken.Value && failing = "Chosen" -> failwith "lost"
                            | Chosen best -> Packed(Guid(best, 0s, 0s, Array.zeroCreate 8))
                            | other -> other)
                    )
                    .Register(
                        Packed Guid.Empty,
                        Func<TaskContext, Purchase>(fun context ->
                            match seen.Add context with
                            | _ when isBroken.Value && failing = "Packed" -> failwith "lost"
                            | Packed parcel -> Paid(string parcel)
                            | other -> other),
                        TaskConfig.Minimal
                    )
                    .AddExitState(Paid "")
                    .WithCheckpointStore(rows)
                    .WithTimeProvider(LeapingTime())

            let! failed = (build ()).TryOrchestrateAsync(Opened "Ada", "run")
            Assert.True failed.IsLeft
            isBroken.Value <- false
            let! exit = (build ()).ResumeFromAsync "run"
            Law.equal (Paid "00000003-0000-0000-0000-000000000000") exit

            // Each attempt, of a router several, and the one after the resume.
            let told = seen.All |> List.filter (fun (name, _) -> name = failing)
            Assert.True(told.Length > 1)
            Assert.Single(List.distinct told) |> ignore
    }

    [<Fact>]
    [<Trait("ID", "Y34")>]
    member _.``the journal of a directory gives back what states carried, however often it is opened``
        ()
        = task {
        let directory = Path.Combine(Path.GetTempPath(), $"cano-cases-{Guid.NewGuid():N}")

        let opened (work: ICheckpointStore -> Task<'T>) = task {
            let! store = FasterCheckpointStore.OpenAsync directory
            let! result = work store
            do! (store :> IAsyncDisposable).DisposeAsync()
            return result
        }

        let seen = Purchases.Seen()

        let build (store: ICheckpointStore) =
            (Purchases.workflow seen ignore Purchases.never)
                .WithCheckpointStore(store)
                .WithTimeProvider(LeapingTime())
                .WithRetention(Retention.Keep)
                .WithSnapshotEvery(6)

        try
            for cut in 2..3..17 do
                let id = $"run-{cut}"

                let! died =
                    opened (fun store ->
                        let dying = CrashingCheckpointStore(store, cut, CrashPoint.AfterAppend)
                        (build dying).TryOrchestrateAsync(Purchases.way.Head, id))

                Assert.True died.IsLeft
                let! exit = opened (fun store -> (build store).ResumeFromAsync id)
                Law.equal Purchases.paid exit
                // It has ended, and its end is told again.
                let! told = opened (fun store -> (build store).ResumeFromAsync id)
                Law.equal Purchases.paid told

            Purchases.allAsOnTheWay seen
        finally
            Directory.Delete(directory, true)
    }

    [<Fact>]
    [<Trait("ID", "Y34")>]
    member _.``under a thousand seeds of faults states carry what the run came to them with``() =
        task {
            let make (simulation: Simulation) =
                let seen = Purchases.Seen()

                simulation.Invariant(
                    "as on the way",
                    Action<SimulatedRun>(fun run ->
                        Purchases.allAsOnTheWay seen

                        if not (isNull run.Exit) then
                            Assert.True(run.EndedIn Purchases.paid))
                )

                Purchases.workflow
                    seen
                    (fun state -> Assert.Contains(state, Purchases.way))
                    (fun _ -> ())

            let! report = Simulate.RunAsync(make, Purchases.way.Head, 1000, SimulationOptions())

            Assert.True(report.CompletedCount > 100)
        }
