namespace Cano.Model

open System
open System.Collections.Generic
open Cano
open Cano.Kernel

/// What one wait of a parent comes to.
type private Round = {
    /// The child that ends, and how; none when one has ended already, when their time comes first,
    /// or while something is asked of the parent.
    Who: (AwaitedChild * Fate) option
    /// It ends when all have been asked.
    IsHeard: bool
    IsLate: bool
    /// The parent is told of ends.
    Tells: bool
}

/// What children are made of that are no runs: choices say what becomes of them. They outlive the
/// processes of their parent. moment: how their parent is asked to stop while it waits.
type internal Nursery
    (
        choose: unit -> int,
        note: string -> unit,
        moment: unit -> Interrupt option,
        now: unit -> DateTimeOffset
    ) =
    let ends = Dictionary<string, ChildEnding>()
    let there = HashSet<string>()
    let bornCancelled = HashSet<string>()
    let counts = Dictionary<string, int64>()
    // Those that their parent has looked at, or told, in this process.
    let asked = HashSet<string>()
    let mutable isRecalling = false
    let mutable children: AwaitedChild list = []
    let mutable round: Round option = None
    let mutable heard: (string -> unit) option = None

    let endOf (child: AwaitedChild) =
        match ends.TryGetValue child.Child.RunId with
        | true, ending -> Some ending
        | _ -> None

    let hasEnded child = (endOf child).IsSome

    /// Behind the one that a retry has taken back.
    let hasEndedAnew (child: AwaitedChild) =
        endOf child |> Option.exists (fun ending -> ending.Sequence > child.After)

    let isRunning (child: AwaitedChild) =
        there.Contains child.Child.RunId && not (hasEnded child)

    let finish (child: AwaitedChild, fate: Fate) =
        let id = child.Child.RunId

        let fate = if bornCancelled.Contains id then Fate.Cancelled else fate

        counts[id] <- counts.GetValueOrDefault(id, 0L) + 1L

        ends[id] <- {
            RunId = id
            Status = Reading.status fate
            Exit = if fate.IsCompleted then Script.childExit else null
            Output =
                if fate.IsCompleted then
                    Reading.stored (Script.given (Reading.integer child.Input))
                else
                    null
            Error =
                if fate.IsCompleted then
                    null
                else
                    CanoError.Of(Fault.TaskExecution $"the child is {fate}")
            Index = child.Child.Index
            Sequence = counts[id]
            Data = StateData.None
        }

    let quiet = {
        Who = None
        IsHeard = false
        IsLate = false
        Tells = true
    }

    let decided (children: AwaitedChild list) (waited: Waited) =
        match waited with
        | Waited.Late -> { quiet with IsLate = true }
        | Waited.Ends(place, fate, isHeard) ->
            let who = List.item place children

            {
                quiet with
                    Who = Some(who, fate)
                    IsHeard = isHeard || not (isRunning who)
            }

    let awaiting (due: Nullable<DateTimeOffset>) =
        match moment () with
        | Some _ -> { quiet with Tells = false }
        | None when children |> List.exists hasEndedAnew -> quiet
        | None when due.HasValue && now () >= due.Value -> { quiet with IsLate = true }
        | None -> decided children (Script.awaited due.HasValue children.Length (choose ()))

    let recalling () =
        match moment () with
        | Some Interrupt.Suspend -> { quiet with Tells = false }
        | _ when children |> List.exists hasEnded -> quiet
        | _ -> decided children (Script.recalled children.Length (choose ()))

    let endOne (who: AwaitedChild, fate) =
        finish (who, fate)
        heard |> Option.iter (fun hears -> hears who.Child.RunId)

    /// The child that ends when all have been asked does.
    let endHeard () =
        match round with
        | Some({ Who = Some ends; IsHeard = true }) when
            children |> List.forall (fun child -> asked.Contains child.Child.RunId)
            ->
            endOne ends
            round <- Some quiet
        | _ -> ()

    /// What the wait comes to is decided when it begins.
    let begins (these: FanOut) isRecall decide =
        if isRecall <> isRecalling then
            isRecalling <- isRecall
            asked.Clear()

        children <- FanOut.underWay these
        let decided = decide ()
        round <- Some decided

        if not decided.IsHeard then
            Option.iter endOne decided.Who

        endHeard ()

    /// Before an end is told, or whoever has come to none is asked.
    let tells isEnd (child: AwaitedChild) = (Option.get round).Tells && isEnd child

    /// Another process goes on with the parent.
    member _.Begin() =
        heard <- None
        round <- None
        isRecalling <- false
        asked.Clear()

    /// The parent hears of ends.
    member _.Watch(hears: string -> unit) = heard <- Some hears

    member _.Unwatch() = heard <- None

    /// The parent waits for children.
    member _.IsAwaited = round.IsSome

    /// Their time comes while the parent waits.
    member _.IsLate = round |> Option.exists _.IsLate

    /// The parent begins to wait for the end of one of them.
    member _.Await(these: FanOut) =
        begins these false (fun () -> awaiting (FanOut.due these))

    /// The parent begins to wait for the end of one of those that it does not need any more.
    member _.Recall(these: FanOut) = begins these true recalling

    /// The parent does something else.
    member _.Leave() = round <- None

    /// The parent looks at one of its children under way.
    member _.Look(child: AwaitedChild) =
        if tells hasEndedAnew child then
            endOf child
        else
            let id = child.Child.RunId

            if there.Add id then
                note $"begin {id} {Reading.value child.Input}"
            elif hasEnded child && not (hasEndedAnew child) then
                note $"retry {id}"
                ends.Remove id |> ignore

            asked.Add id |> ignore
            endHeard ()
            None

    /// The parent tells one of its children under way to stop.
    member _.Tell(child: AwaitedChild) =
        if tells hasEnded child then
            endOf child
        else
            let id = child.Child.RunId

            if there.Add id then
                bornCancelled.Add id |> ignore
                note $"begin {id} cancelled"
            elif isRunning child then
                note $"cancel {id}"

            asked.Add id |> ignore
            endHeard ()
            None
