namespace Cano.Properties

open System
open Cano
open Cano.Kernel

/// What the branches of a split answer.
[<RequireQualifiedAccess>]
module BranchAnswers =

    let splitOf (plan: Plan) (run: Run) =
        match Answers.stepOf plan run.State with
        | Some(StepKind.Split split) -> split
        | _ -> failwith "The run is not in a split."

    let listing plan (run: Run) choice =
        let split = splitOf plan run

        let answer =
            match split.Branches with
            | null when choice % 10 = 0 -> Answer.Failed(Answers.failure choice Answers.forGood)
            | names ->
                let count =
                    if isNull names then
                        choice % 5
                    else
                        Seq.length (nonNull names)

                if split.Journaled then
                    Answer.ItemsListed(Listing.Of(Seq.replicate count null, Nullable()))
                else
                    Answer.BranchesStarted count

        RunEvent.Answered(run.Visit, answer)

    /// The result of a split of whose branches the first have ended.
    let result total (ended: bool list) : SplitResult =
        let name i = $"branch{i}"
        let outcomes = List.indexed (List.rev ended)

        {
            Successes = [|
                for i, ok in outcomes do
                    if ok then
                        { Index = i; Name = name i }
            |]
            Errors = [|
                for i, ok in outcomes do
                    if not ok then
                        {
                            Index = i
                            Name = name i
                            Error = CanoError.Of(Fault.TaskExecution "branch failed")
                        }
            |]
            Cancelled = [| for i in ended.Length .. total - 1 -> { Index = i; Name = name i } |]
        }

    /// A join leads to a state that carries something, or to one that does not.
    let private joined (plan: Plan) (run: Run) choice result =
        match (splitOf plan run).Next with
        | NonNull next when choice % 2 = 0 ->
            let chosen: SplitChoice = {
                Next = Answers.carrying run.Visit (plan.NumberOf next)
                Values = null
            }

            Answer.SplitEnded(result, chosen)
        | _ -> Answer.SplitEnded(result, null)

    let branches plan (run: Run) choice total (ended: bool list) stopped =
        if stopped then
            Some(RunEvent.Answered(run.Visit, joined plan run choice (result total ended)))
        elif (splitOf plan run).Timeout.HasValue && choice % 7 = 0 then
            Some(RunEvent.Answered(run.Visit, Answer.SplitTimedOut))
        elif ended.Length < total then
            let count = 1 + choice % 3 % (total - ended.Length)
            Some(RunEvent.Answered(run.Visit, Answer.BranchesEnded(choice % 10 < 7, count)))
        else
            None

    let ending index isSuccess : BranchEnding = {
        Index = index
        Name = $"branch{index}"
        Result = null
        Error =
            if isSuccess then
                null
            else
                CanoError.Of(Fault.TaskExecution "branch failed")
    }

    /// What became of the journaled branches of a visit.
    let resultOf (fan: FanOut) : SplitResult =
        let endOf index =
            fan.Branches |> List.tryFind (fun branch -> branch.Index = index)

        let ended = [
            for index in 0 .. FanOut.total fan - 1 -> index, $"branch{index}", endOf index
        ]

        {
            Successes = [|
                for index, name, ending in ended do
                    if ending |> Option.exists (fun branch -> isNull branch.Error) then
                        { Index = index; Name = name }
            |]
            Errors = [|
                for index, name, ending in ended do
                    match ending with
                    | Some { Error = NonNull error } -> {
                        Index = index
                        Name = name
                        Error = error
                      }
                    | _ -> ()
            |]
            Cancelled = [|
                for index, name, ending in ended do
                    if ending.IsNone then
                        { Index = index; Name = name }
            |]
        }

    /// One of the journaled branches ends, or their time; none runs of those that were told to
    /// stop, but one that ends well while the run goes to rest.
    let journaled plan (run: Run) stopped choice =
        let fan = nonNull (DurableState.fanOutOf run.Visit run.Durable)

        let running =
            [ 0 .. FanOut.total fan - 1 ]
            |> List.filter (fun index ->
                fan.Branches |> List.forall (fun branch -> branch.Index <> index))

        let ends isSuccess =
            let index = running[choice % running.Length]
            Answer.WokenBy(Fact.BranchCompleted(ending index isSuccess))

        let answer =
            if stopped then
                if run.Phase.IsSplitting && not running.IsEmpty && choice % 2 = 0 then
                    ends true
                else
                    joined plan run choice (resultOf fan)
            elif (splitOf plan run).Timeout.HasValue && choice % 7 = 0 then
                Answer.SplitTimedOut
            else
                ends (choice % 10 < 7)

        RunEvent.Answered(run.Visit, answer)
