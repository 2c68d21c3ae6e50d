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

/// Something that JSON cannot write.
type Stubborn() =
    member _.Words: string = failwith "a stubborn thing"

type Unkept =
    | Plain
    | Holding of number: int * thing: Stubborn
    | Over

type Reversed =
    | Stacked of plates: System.Collections.Generic.Stack<int>
    | Flat

/// Cases that a workflow may have as values, and another one as states.
type Numbered =
    | Open of id: int
    | Noted of text: string
    | Marked of x: int * y: int
    | Shut of id: int

/// A clock that leaps over whatever is waited for.
type private LeapingTime() =
    inherit TimeProvider()
    let mutable elapsed = 0L

    override _.GetUtcNow() =
        DateTimeOffset(2026, 2, 1, 8, 0, 0, TimeSpan.Zero).AddTicks(Volatile.Read &elapsed)

    override _.GetTimestamp() = Volatile.Read &elapsed
    override _.TimestampFrequency = TimeSpan.TicksPerSecond

    override _.CreateTimer(callback, state, due, _) =
        let leap (due: TimeSpan) =
            if due >= TimeSpan.Zero then
                Interlocked.Add(&elapsed, due.Ticks) |> ignore
                ThreadPool.QueueUserWorkItem(fun _ -> callback.Invoke state) |> ignore

        leap due

        {
            new ITimer with
                member _.Change(due, _) =
                    leap due
                    true

                member _.Dispose() = ()
                member _.DisposeAsync() = ValueTask()
        }

/// The cases of a union as states: what their fields hold goes with the run.
type CaseLaws(output: ITestOutputHelper) =
    inherit Laws(output)

    /// What bodies have got is what the run came to their states with.
    let allAsOnTheWay (seen: Purchases.Seen) =
        for name, state in seen.All do
            Law.equal
                (Some state)
                (Purchases.way |> List.tryFind (fun known -> Purchases.nameOf known = name))

    let never (_: string) = ()

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
                (Purchases.workflow seen ignore never)
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
            allAsOnTheWay seen

            for state in
                Purchases.way
                |> List.filter (fun state -> not state.IsRested && not state.IsAwaited) do
                Assert.Contains((Purchases.nameOf state, state), seen.All)

            Law.met [ "died twice", deaths > 1 ])

    [<Fact>]
    [<Trait("ID", "Y33")>]
    member _.``a case is one state, whatever it carries, and its name is the case's``() = task {
        let seen = Purchases.Seen()
        let workflow = Purchases.workflow seen ignore never
        let names = workflow.Definition.States |> Seq.map _.Name |> List.ofSeq
        Law.equal (Purchases.way |> List.map Purchases.nameOf) names
        Law.equal [ "Paid"; "Lost" ] (List.ofSeq workflow.Definition.Exits)

        let! exit =
            workflow.WithTimeProvider(LeapingTime()).OrchestrateAsync(Purchases.way.Head)

        Law.equal Purchases.paid exit
        allAsOnTheWay seen
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
            (Purchases.workflow seen ignore never)
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

            allAsOnTheWay seen
        finally
            Directory.Delete(directory, true)
    }

    [<Fact>]
    [<Trait("ID", "Y35")>]
    member _.``what cannot be kept fails the run that would come to it, by state and field``() =
        task {
            let build () =
                Workflow
                    .OfCases<Unkept>()
                    .Register(Plain, Func<TaskContext, Unkept>(fun _ -> Holding(1, Stubborn())))
                    .Register(Holding(0, Stubborn()), Func<TaskContext, Unkept>(fun _ -> Plain))
                    .AddExitState(Over)

            let! refused =
                (build ())
                    .WithCheckpointStore(MemoryCheckpointStore())
                    .TryOrchestrateAsync(Plain, "run")

            let error =
                refused.Match((fun _ -> CanoError.Generic "it ended"), fun error -> error)

            Assert.Contains("state 'Holding'", error.Message)
            Assert.Contains("field 'thing'", error.Message)
            Assert.Contains("a stubborn thing", error.Message)
            Law.equal "Plain" (nonNull error.State)
        }

    [<Fact>]
    [<Trait("ID", "Y35")>]
    member _.``a type that nothing can be made of is told before a run, where there is a journal``
        ()
        =
        let build () =
            Workflow
                .OfCases<Reversed>()
                .Register(
                    Stacked(System.Collections.Generic.Stack<int>()),
                    Func<TaskContext, Reversed>(fun _ -> Flat)
                )
                .AddExitState(Flat)

        (build ()).Validate()

        let problems =
            Assert
                .Throws<CanoException>(fun () ->
                    (build ()).WithCheckpointStore(MemoryCheckpointStore()).Validate())
                .Error.Problems

        Assert.Contains("Field 'plates' of state 'Stacked' cannot be kept", Assert.Single problems)

    [<Fact>]
    [<Trait("ID", "Y35")>]
    member _.``a workflow whose states are values refuses rows that carry something, and touches nothing``
        ()
        = task {
        let rows = MemoryCheckpointStore()
        let dying = CrashingCheckpointStore(rows, 3, CrashPoint.BeforeAppend)

        let! died =
            (Purchases.workflow (Purchases.Seen()) ignore never)
                .WithCheckpointStore(dying)
                .TryOrchestrateAsync(Purchases.way.Head, "run")

        Assert.True died.IsLeft
        let! before = rows.LoadRunAsync "run"

        let! refused =
            Workflow
                .Create<Purchase>()
                .Register(Opened "Ada", Func<TaskContext, Purchase>(fun _ -> Checked))
                .AddExitState(Checked)
                .WithName("purchase")
                .WithCheckpointStore(rows)
                .TryResumeFromAsync("run")

        let error =
            refused.Match((fun _ -> CanoError.Generic "it ended"), fun error -> error)

        Assert.Contains("what state 'Opened' carries", error.Message)
        Assert.Contains("Workflow.OfCases", error.Message)
        let! after = rows.LoadRunAsync "run"
        Law.equal (List.ofSeq before) (List.ofSeq after)

        let! exit =
            (Purchases.workflow (Purchases.Seen()) ignore never)
                .WithCheckpointStore(rows)
                .WithTimeProvider(LeapingTime())
                .ResumeFromAsync("run")

        Law.equal Purchases.paid exit
    }

    [<Fact>]
    [<Trait("ID", "Y35")>]
    member _.``a row that is named by a value is found by its case, with what its text tells``() =
        task {
            for named, carried in [ Open 7, Some 7; Noted "two words", Some 9; Marked(1, 2), None ] do
                let rows = MemoryCheckpointStore()
                let isBroken = ref true

                let! left =
                    Workflow
                        .Create<Numbered>()
                        .Register(
                            named,
                            Func<TaskContext, Numbered>(fun _ -> failwith "lost"),
                            TaskConfig.Minimal
                        )
                        .AddExitState(Shut 0)
                        .WithCheckpointStore(rows)
                        .TryOrchestrateAsync(named, "run")

                Assert.True left.IsLeft
                isBroken.Value <- false

                let! ended =
                    Workflow
                        .OfCases<Numbered>()
                        .Register(
                            Open 0,
                            Func<TaskContext, Numbered>(fun context ->
                                match context.StateAs<Numbered>() with
                                | Open id -> Shut id
                                | other -> other)
                        )
                        .Register(
                            Noted "",
                            Func<TaskContext, Numbered>(fun context ->
                                match context.StateAs<Numbered>() with
                                | Noted text -> Shut text.Length
                                | other -> other)
                        )
                        .Register(Marked(0, 0), Func<TaskContext, Numbered>(fun _ -> Shut 0))
                        .AddExitState(Shut 0)
                        .WithCheckpointStore(rows)
                        .TryResumeFromAsync("run")

                match carried with
                | Some id -> Law.equal (Shut id) (ended.IfLeft(fun (_: CanoError) -> Shut -1))
                | None ->
                    let error =
                        ended.Match((fun _ -> CanoError.Generic "it ended"), fun error -> error)

                    Assert.Contains("what state 'Marked' carries cannot be read", error.Message)
        }

    [<Fact>]
    [<Trait("ID", "Y33")>]
    member _.``only a union has cases``() =
        Assert.Throws<ArgumentException>(fun () -> Workflow.OfCases<string>() |> ignore)
        |> ignore

    [<Fact>]
    [<Trait("ID", "Y34")>]
    member _.``under a thousand seeds of faults states carry what the run came to them with``() =
        task {
            let make (simulation: Simulation) =
                let seen = Purchases.Seen()

                simulation.Invariant(
                    "as on the way",
                    Action<SimulatedRun>(fun run ->
                        allAsOnTheWay seen

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

    [<Fact>]
    [<Trait("ID", "Y34")>]
    member _.``an engine gives an exit with what it carries, a child's to its parent too, and after a restart``
        ()
        = task {
        let rows = MemoryCheckpointStore()
        let from = ResizeArray<Numbered>()

        let child =
            Workflow
                .OfCases<Numbered>()
                .Register(
                    Open 0,
                    Func<TaskContext, Numbered>(fun context ->
                        let state = context.StateAs<Numbered>()
                        from.Add state

                        match state with
                        | Open id -> Noted(String('x', id))
                        | other -> other)
                )
                .AddExitState(Noted "")
                .WithName("child")

        let parent =
            Workflow
                .OfCases<Numbered>()
                .RegisterChild(
                    Marked(0, 0),
                    child,
                    Open 4,
                    Func<TaskContext, ChildEnd<Numbered>, Numbered>(fun context ended ->
                        match context.StateAs<Numbered>(), ended.Exit with
                        | Marked(x, y), Noted text -> Shut(x + y + text.Length)
                        | other, _ -> other)
                )
                .AddExitState(Shut 0)
                .WithName("parent")
                .WithRetention(Retention.Keep)

        let! first = CanoEngine.OpenAsync(rows)
        let! run = first.Add(parent).StartAsync(parent, Marked(10, 20), "run")
        let! exit = run.Completion()
        Law.equal (Shut 34) exit
        Law.equal [ Open 4 ] (List.ofSeq from)
        let! info = run.DescribeAsync()
        Law.equal "Shut" (nonNull info.State)
        do! (first :> IAsyncDisposable).DisposeAsync()

        let! second = CanoEngine.OpenAsync(rows)
        let! told = second.Add(parent).Run(parent, "run").Completion()
        Law.equal (Shut 34) told
        do! (second :> IAsyncDisposable).DisposeAsync()
    }

    [<Fact>]
    [<Trait("ID", "Y33")>]
    member _.``what a state carries costs a transition nothing``() =
        let one, other, over = Open 1, Noted "other", Shut 2
        let left = ref 0

        let next (state: Numbered) =
            Func<TaskContext, CancellationToken, ValueTask<Numbered>>(fun _ _ ->
                left.Value <- left.Value - 1
                ValueTask<_>(if left.Value > 0 then state else over))

        let workflow =
            Workflow
                .OfCases<Numbered>()
                .Register(one, next other)
                .Register(other, next one)
                .AddExitState(over)

        let allocated count =
            left.Value <- count
            let before = GC.GetAllocatedBytesForCurrentThread()
            let run = workflow.OrchestrateAsync one
            let after = GC.GetAllocatedBytesForCurrentThread()
            Assert.True run.IsCompletedSuccessfully
            Law.equal over run.Result
            after - before

        allocated 100 |> ignore
        allocated 1_000 |> ignore

        // The runtime compiles now and then: the least of several rounds counts.
        let least =
            Seq.init 20 (fun _ -> allocated 1_000 - allocated 100) |> Seq.map abs |> Seq.min

        let isOptimised =
            not (
                typeof<Workflow>
                    .Assembly.GetCustomAttributes(typeof<Diagnostics.DebuggableAttribute>, false)
                |> Seq.cast<Diagnostics.DebuggableAttribute>
                |> Seq.exists _.IsJITOptimizerDisabled
            )

        Assert.InRange(least, 0L, (if isOptimised then 0L else 900L * 128L))

    [<Fact>]
    [<Trait("ID", "Y34")>]
    member _.``the rows that visits begin with keep what their states carry, and a step's the next one's``
        ()
        = task {
        let rows = MemoryCheckpointStore()

        let! _ =
            (Purchases.workflow (Purchases.Seen()) ignore never)
                .WithCheckpointStore(rows)
                .WithTimeProvider(LeapingTime())
                .WithRetention(Retention.Keep)
                .OrchestrateAsync(Purchases.way.Head, "run")

        let text (bytes: Nullable<ReadOnlyMemory<byte>>) =
            if bytes.HasValue then
                Text.Encoding.UTF8.GetString bytes.Value.Span
            else
                ""

        let! kept = rows.LoadRunAsync "run"

        Law.equal [
            "StateEntered Opened", """{"Opened":{"customer":"Ada"}}""", ""
            "StateEntered Filled",
            """{"Filled":{"customer":"Ada","lines":[{"Item":"pear","Amount":2},{"Item":"plum","Amount":3}]}}""",
            ""
            "StateEntered Reserved",
            """{"Reserved":{"lines":[{"Item":"pear","Amount":2},{"Item":"plum","Amount":3}]}}""",
            ""
            "StepCompleted Reserved", "", """{"Weighed":{"total":5}}"""
            "StateEntered asked", """{"asked":{"total":5}}""", ""
            "StateEntered Chosen", """{"Chosen":{"best":4}}""", ""
            "StateEntered Listed", """{"Listed":{"ids":[1,2,3]}}""", ""
            "CursorAdvanced Listed", "", ""
            "CursorAdvanced Listed", "", ""
            "StateEntered Looked", """{"Looked":{"pages":{"a":1,"b":2}}}""", ""
            "StateEntered Rested", """{"Rested":{"total":6.5}}""", ""
            "WaitStarted Rested", "", ""
            "StateEntered Awaited", """{"Awaited":{"note":"soon"}}""", ""
            "WaitStarted Awaited", "", ""
            "StateEntered Charged", """{"Charged":{"total":6}}""", ""
            "StepCompleted Charged", "", ""
            "StateEntered Checked", "", ""
            "StateEntered Packed",
            """{"Packed":{"parcel":"11112222-3333-4444-5555-666677778888"}}""",
            ""
            "Finished Paid",
            """{"Paid":{"receipt":"receipt 6 of 11112222-3333-4444-5555-666677778888"}}""",
            ""
        ] [
            for row in kept -> $"{row.Kind} {row.State}", text row.StateData, text row.NextStateData
        ]
    }

    [<Fact>]
    [<Trait("ID", "Y34")>]
    member _.``a codec encodes what states carry, and an engine's lists show none of it``() = task {
        let rows = MemoryCheckpointStore()

        let turned = {
            new IPayloadCodec with
                member _.Name = "turned"

                member _.Encode json =
                    ReadOnlyMemory(Array.map (fun (b: byte) -> b ^^^ 0x5Auy) (json.ToArray()))

                member _.Decode stored =
                    ReadOnlyMemory(Array.map (fun (b: byte) -> b ^^^ 0x5Auy) (stored.ToArray()))
        }

        let options = CanoEngineOptions(Codec = turned)

        let workflow () =
            Workflow
                .OfCases<Numbered>()
                .RegisterWithCompensation<int>(
                    Open 0,
                    (fun context _ ->
                        match context.StateAs<Numbered>() with
                        | Open id -> ValueTask<_>(struct (Noted $"secret {id}", 1))
                        | other -> ValueTask<_>(struct (other, 1))),
                    (fun _ _ _ -> ValueTask())
                )
                .RegisterWait(
                    Noted "",
                    Wait
                        .For<Numbered>()
                        .On(
                            Signal "go",
                            Func<TaskContext, Numbered>(fun context ->
                                match context.StateAs<Numbered>() with
                                | Noted text -> Shut text.Length
                                | other -> other)
                        )
                )
                .AddExitState(Shut 0)
                .WithName("coded")
                .WithRetention(Retention.Keep)

        let! first = CanoEngine.OpenAsync(rows, options)
        let it = workflow ()
        let! _ = first.Add(it).StartAsync(it, Open 77, "run")
        do! (first :> IAsyncDisposable).DisposeAsync()
        let! kept = rows.LoadRunAsync "run"

        for row in kept do
            let bytes = row.ToBytes()
            Assert.Equal(-1, bytes.AsSpan().IndexOf("secret"B))
            Assert.DoesNotContain("77", row.State)

        let! second = CanoEngine.OpenAsync(rows, options)
        let again = workflow ()
        let run = second.Add(again).Run(again, "run")
        let ends = second.ResumeAsync().GetAsyncEnumerator()
        let! _ = ends.MoveNextAsync()
        do! run.SignalAsync(Signal "go")
        let! exit = run.Completion()
        Law.equal (Shut "secret 77".Length) exit
        let! info = run.DescribeAsync()
        Law.equal "Shut" (nonNull info.State)
        do! (second :> IAsyncDisposable).DisposeAsync()
    }
