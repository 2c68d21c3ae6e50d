namespace Cano.Model

open System
open Cano
open Cano.Kernel

/// The children of a walk that has no engine.
type internal WalkedChildren(stage: Stage, moment: unit -> Interrupt option) =
    let now () = stage.Clock.GetUtcNow()
    let nursery = Nursery(stage.Choose, ignore, moment, now)

    let start id index (input: StoredValue | null) : ChildStart = {
        RunId = id
        WorkflowName = "child"
        WorkflowVersion = 0u
        InitialState = "In"
        Input = input
        Index = index
        Data = StateData.None
    }

    /// What an only child is given.
    let give visit =
        moment () |> ignore

        match Script.input (stage.Choose()) with
        | Some input -> Ok(Answer.ChildNamed(start $"run/{visit}" 0 (Reading.stored input)))
        | None -> Error "no input"

    /// What is listed already is not asked for again.
    let list (fork: Fork) (known: FanOut | null) =
        let items =
            match known with
            | NonNull { Listing = NonNull listing } -> Some listing.Items
            | _ ->
                moment () |> ignore

                Script.listed (stage.Choose())
                |> Option.map (Seq.map (fun item -> Reading.stored item) >> Array.ofSeq)

        let due =
            if fork.HasTimeout then
                Nullable((now ()).AddMilliseconds(float Script.splitLimit))
            else
                Nullable()

        match items with
        | Some items -> Ok(Answer.ItemsListed { Items = items; Due = due })
        | None -> Error "no list"

    /// The children are asked until one has ended; once more those that have ended since.
    let firstEnd (children: FanOut) ask =
        let children = FanOut.underWay children
        let mutable heard = []
        nursery.Watch(fun id -> heard <- [ id ])

        let found =
            match List.tryPick ask children with
            | Some ending -> Some ending
            | None ->
                children
                |> List.filter (fun child -> List.contains child.Child.RunId heard)
                |> List.tryPick ask

        found |> Option.map (Fact.ChildEnded >> Answer.WokenBy)

    /// Another process goes on.
    member _.Forget() = nursery.Begin()

    member _.Begin(visit, join: Fork option, known) =
        match join with
        | None -> give visit
        | Some fork -> list fork known

    member _.Name(visit: int64, index: int, until: Nullable<DateTimeOffset>) =
        if until.HasValue && now () >= until.Value then
            Answer.SplitTimedOut
        else
            Answer.ChildNamed(start $"run/{visit}/{index}" index null)

    member _.Await(children: FanOut) =
        nursery.Await children

        match firstEnd children nursery.Look with
        | Some ending -> ending
        | None when nursery.IsLate ->
            let until = FanOut.due children

            if until.Value > now () then
                stage.Clock.Advance(until.Value - now ())

            Answer.SplitTimedOut
        | None -> Answer.Woken

    member _.Recall(children: FanOut) =
        nursery.Recall children
        firstEnd children nursery.Tell |> Option.defaultValue Answer.Woken
