namespace Cano.Properties

open System
open System.IO
open System.Threading
open System.Threading.Tasks
open Cano
open Cano.Testing
open global.Xunit

/// What states carry in an engine, in rows and behind a codec.
type CaseEngines() =

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
            (Purchases.workflow (Purchases.Seen()) ignore Purchases.never)
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
