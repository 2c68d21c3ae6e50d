namespace Cano.Properties

open System
open Cano
open Xunit

/// Cases without fields are states; one that was renamed keeps its name in the journal.
type Parcel =
    | Packed
    | [<StoredAs "on-its-way">] Shipped
    | Arrived

type internal Hidden =
    | [<StoredAs "hidden-begin">] Begin
    | End

module private Inner =
    type Own =
        private
        | [<StoredAs "own-begin">] Begin
        | End

    let all = Begin, End

/// Cases with fields serve where nothing is journaled.
type Ticket =
    | Open of id: int
    | Closed of id: int

/// F# unions as states.
type StateNames() =

    /// The states of the rows of a run from the first state to the second.
    let journaled (first: 'State) (last: 'State) = task {
        let rows = MemoryCheckpointStore()

        let! ended =
            Workflow
                .Bare<'State>()
                .Register(first, Func<TaskContext, 'State>(fun _ -> last))
                .AddExitState(last)
                .WithCheckpointStore(rows)
                .WithRetention(Retention.Keep)
                .OrchestrateAsync(first, "run")

        Law.equal last ended
        let! kept = rows.LoadRunAsync "run"
        return kept |> Seq.map _.State |> List.ofSeq
    }

    [<Fact>]
    [<Trait("ID", "Y12")>]
    member _.``a union case stands in the journal under its own name or the one it was given``() =
        task {
            let! plain = journaled Packed Arrived
            Law.equal [ "Packed"; "Arrived" ] plain
            let! renamed = journaled Shipped Arrived
            Law.equal [ "on-its-way"; "Arrived" ] renamed
        }

    [<Fact>]
    [<Trait("ID", "Y12")>]
    member _.``a union that others cannot see keeps the names it was given too``() = task {
        let! hidden = journaled Hidden.Begin Hidden.End
        Law.equal [ "hidden-begin"; "End" ] hidden
        let! own = Inner.all ||> journaled
        Law.equal [ "own-begin"; "End" ] own
    }

    [<Fact>]
    [<Trait("ID", "Y12")>]
    member _.``a resume finds a union case by the name it was given``() = task {
        let rows = MemoryCheckpointStore()
        let isBroken = ref true

        let workflow =
            Workflow
                .Bare<Parcel>()
                .Register(
                    Shipped,
                    Func<TaskContext, Parcel>(fun _ ->
                        if isBroken.Value then failwith "lost" else Arrived),
                    TaskConfig.Minimal
                )
                .AddExitState(Arrived)
                .WithCheckpointStore(rows)

        let! failure =
            Assert.ThrowsAsync<CanoException>(fun () -> workflow.OrchestrateAsync(Shipped, "run"))

        Law.equal [ "on-its-way" ] (List.ofSeq failure.Error.Path)
        isBroken.Value <- false
        let! ended = workflow.ResumeFromAsync "run"
        Law.equal Arrived ended
    }

    [<Fact>]
    member _.``cases with fields may be states where nothing is journaled``() = task {
        let! ended =
            Workflow
                .Bare<Ticket>()
                .Register(Open 1, Func<TaskContext, Ticket>(fun _ -> Open 2))
                .Register(Open 2, Func<TaskContext, Ticket>(fun _ -> Closed 2))
                .AddExitState(Closed 2)
                .OrchestrateAsync(Open 1)

        Law.equal (Closed 2) ended
    }
