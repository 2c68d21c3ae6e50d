namespace Cano.Properties

open System
open System.IO
open System.Threading
open System.Threading.Tasks
open Cano
open Cano.Testing
open global.Xunit

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

/// What cannot be kept, or was kept otherwise, is refused by its name.
type CaseRefusals() =

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
            (Purchases.workflow (Purchases.Seen()) ignore Purchases.never)
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
            (Purchases.workflow (Purchases.Seen()) ignore Purchases.never)
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
