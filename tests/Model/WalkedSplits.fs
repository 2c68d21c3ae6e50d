namespace Cano.Model

open System
open Cano
open Cano.Kernel

/// The splits of a walk: what is answered for the one under way.
type internal WalkedSplits
    (
        stage: Stage,
        plan: Plan,
        place: unit -> Place,
        now: unit -> Run,
        moment: unit -> bool,
        failing: string -> Answer
    ) =
    let mutable branches: WalkedBranches option = None

    let fork () =
        match (place ()).Work with
        | Work.Split fork -> fork
        | _ -> failwith "No split."

    let fanOut () =
        let run = now ()
        nonNull (DurableState.fanOutOf run.Visit run.Durable)

    /// What rows tell of the branches of a visit, in their order.
    let told (fan: FanOut) =
        fan.Branches
        |> List.rev
        |> List.map (fun branch -> branch.Index, isNull branch.Error)

    let nameOf i =
        if (fork ()).Journaled then
            (place ()).Name
        else
            Script.branch i

    let broken i = {
        CanoError.Of(Fault.TaskExecution(Script.thrown (Script.broken i))) with
            State = (place ()).Name
            Attempt = 1
    }

    let branch (waiting: int list) =
        let fork = fork ()

        let these =
            WalkedBranches(stage, fork, waiting, stage.Story.Journaled && fork.Journaled)

        if (now ()).Phase.IsJoining then
            these.Stop()

        branches <- Some these

    let result total (ended: (int * bool) list) : SplitResult =
        let those ok =
            ended |> List.filter (fun (_, it) -> it = ok) |> List.map fst |> List.sort

        {
            Successes = [| for i in those true -> { Index = i; Name = nameOf i } |]
            Errors = [|
                for i in those false ->
                    {
                        Index = i
                        Name = nameOf i
                        Error = broken i
                    }
            |]
            Cancelled = [|
                for i in List.except (List.map fst ended) [ 0 .. total - 1 ] ->
                    { Index = i; Name = nameOf i }
            |]
        }

    /// What branches gave chooses what follows a join that is met.
    let chosen (result: SplitResult) : Answer =
        moment () |> ignore

        match Script.answer stage.Story (place ()) (stage.Choose()) with
        | Reply.Goes next ->
            let choice: SplitChoice = {
                Next = Target.Of(plan.NumberOf next)
                Values = null
            }

            Answer.SplitEnded(result, choice)
        | Reply.Fails text -> failing text
        | _ -> Answer.UnknownNextState Script.lost

    /// None runs any more.
    let over () : Answer =
        let run = now ()

        let isMet =
            match run.Phase with
            | Phase.Joining(_, _, verdict, _) -> verdict.IsMet
            | _ -> false

        let ended = branches.Value.Ended
        branches <- None

        if (fork ()).Journaled then
            let fan = fanOut ()
            let result = result (FanOut.total fan) (told fan)

            if isMet then
                chosen result
            else
                Answer.SplitEnded(result, null)
        else
            Answer.SplitEnded(result run.Tally.Total ended, null)

    let completed i isSuccess : BranchEnding =
        let item () =
            Reading.integer (nonNull (fanOut ()).Listing).Items[i]

        {
            Index = i
            Name = nameOf i
            Result =
                if isSuccess then
                    Reading.stored (Script.given (item ()))
                else
                    null
            Error = if isSuccess then null else broken i
        }

    let next () : Answer =
        match branches.Value.Next moment with
        | Branched.Over -> over ()
        | Branched.Late -> Answer.SplitTimedOut
        | Branched.Ended(i, isSuccess) when (fork ()).Journaled ->
            Answer.WokenBy(Fact.BranchCompleted(completed i isSuccess))
        | Branched.Ended(_, isSuccess) -> Answer.BranchesEnded(isSuccess, 1)

    /// They are listed.
    member _.Begin() : Answer =
        let fork = fork ()

        let listed =
            match fork.Fixed with
            | Some count -> Some [ 1..count ]
            | None ->
                moment () |> ignore
                Script.listed (stage.Choose())

        match listed with
        | None -> failing "no list"
        | Some items when fork.Journaled ->
            let items = items |> Seq.map (fun item -> Reading.stored item)
            Answer.ItemsListed(Listing.Of(items, Nullable()))
        | Some items ->
            branch [ 0 .. items.Length - 1 ]
            Answer.BranchesStarted items.Length

    member _.Await() = next ()

    /// Those of the visit run that have not ended as rows tell.
    member _.AwaitRows() =
        if branches.IsNone then
            let fan = fanOut ()
            branch (List.except (List.map fst (told fan)) [ 0 .. FanOut.total fan - 1 ])

        next ()

    /// The row of the newest end is durable, and nobody has asked the run to stop.
    member _.Told() = branches |> Option.iter _.Told()
    member _.Stop() = branches |> Option.iter _.Stop()
    member _.Forget() = branches <- None
