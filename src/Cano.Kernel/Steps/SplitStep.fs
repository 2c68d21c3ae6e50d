namespace Cano.Kernel

open System
open System.Collections.Generic
open Cano

/// A fan-out over branches, joined by a strategy.
[<RequireQualifiedAccess>]
module internal SplitStep =

    let private strategy (state: string) (split: SplitDefinition) =
        let tooMany n =
            match split.Branches with
            | null -> false
            | branches -> n > branches.Count

        let count name n = [
            if n < 1 then
                Words.sentence $"Split '{state}': {name}({n}) would always hold; ask for at least 1"
            elif tooMany n then
                Words.sentence
                    $"Split '{state}': {name}({n}) can never hold with fewer branches than {n}"
        ]

        match split.Strategy with
        | JoinStrategy.Successes n -> count "Quorum" n
        | JoinStrategy.Enough n -> count "PartialResults" n
        | JoinStrategy.Share p when not (p > 0.0 && p <= 1.0) -> [
            Words.sentence
                $"Split '{state}': Percentage({Words.number p}) must be above 0 and at most 1"
          ]
        | JoinStrategy.UntilDeadline when not split.Timeout.HasValue -> [
            $"Split '{state}': PartialTimeout strategy requires a timeout to be configured"
          ]
        | JoinStrategy.EveryBranch
        | JoinStrategy.FirstSuccess
        | JoinStrategy.Share _
        | JoinStrategy.UntilDeadline -> []

    let problems (split: SplitDefinition) (known: HashSet<string>) (state: string) = [
        match split.Next with
        | NonNull next when not (known.Contains next) ->
            Words.sentence
                $"Split '{state}': join_state '{next}' is neither registered nor an exit state"
        | _ -> ()
        match split.Branches with
        | null -> ()
        | branches ->
            if branches.Count = 0 then
                $"Split '{state}' has no branches"
        if split.Bulkhead.HasValue && split.Bulkhead.Value < 1 then
            Words.sentence $"Split '{state}': bulkhead {split.Bulkhead.Value} must be at least 1"
        if split.Timeout.HasValue && split.Timeout.Value <= TimeSpan.Zero then
            $"Split '{state}': its timeout must be above zero"
        yield! strategy state split
    ]

    let private success index name : BranchSuccess = { Index = index; Name = name }

    let private failure error index name : BranchError = {
        Index = index
        Name = name
        Error = error
    }

    let private cancelled: BranchCancelled = { Index = 0; Name = "" }

    let private completed (error: CanoError | null) index name : BranchEnding = {
        Index = index
        Name = name
        Result = null
        Error = error
    }

    /// Every branch ends alike; of a split whose branches are not known before, one does.
    let private ending
        (split: SplitDefinition)
        succeeded
        (error: CanoError | null)
        (choice: SplitChoice | null)
        : Answer list =
        let names =
            match split.Branches with
            | null -> [| "" |]
            | names -> Array.ofSeq names

        let result: SplitResult =
            match error with
            | null -> {
                Successes = names |> Array.mapi success
                Errors = [||]
                Cancelled = [||]
              }
            | error -> {
                Successes = [||]
                Errors = names |> Array.mapi (failure error)
                Cancelled = [||]
              }

        [
            if split.Journaled then
                Answer.ItemsListed(Listing.Of(Seq.replicate names.Length null, Nullable()))

                for index in 0 .. names.Length - 1 do
                    Answer.WokenBy(Fact.BranchCompleted(completed error index names[index]))
            else
                Answer.BranchesStarted names.Length
                Answer.BranchesEnded(succeeded, names.Length)

            Answer.SplitEnded(result, choice)
        ]

    let private chosen (split: SplitDefinition) next : SplitChoice | null =
        match split.Next with
        | null -> { Next = Target.Of next; Values = null }
        | _ -> null

    let private walk (split: SplitDefinition) : WalkAnswers = {
        Succeeds = fun struct (next, _) -> ending split true null (chosen split next)
        Fails = fun failure -> ending split false failure.Error null
        GivesUp = fun error -> ending split false error null
        Stops =
            fun _ ->
                let stopped: SplitResult = {
                    Successes = [||]
                    Errors = [||]
                    Cancelled = [| cancelled |]
                }

                let begun =
                    if split.Journaled then
                        Answer.ItemsListed(Listing.Of([ null ], Nullable()))
                    else
                        Answer.BranchesStarted 1

                struct ([ begun ], [ Answer.SplitEnded(stopped, null) ])
    }

    let private label (split: SplitDefinition) =
        match split.Branches with
        | null -> "split"
        | branches -> Words.sentence $"split of {branches.Count}"

    /// Of a split whose results choose what follows its state declares it, if at all.
    let private ways (split: SplitDefinition) : Ways | null =
        match split.Next with
        | null -> null
        | next -> {
            Edges = [
                {
                    Next = next
                    Text = string split.Strategy
                }
            ]
            AreAll = true
          }

    let traits (split: SplitDefinition) : StepTraits = {
        Label = label split
        Shape = StepShape.Hexagon
        Undo = null
        LeavesRow = true
        Durability = Durability.Durable
        Retry = fun _ -> RetryMode.None
        Ways = ways split
        Begin = Effect.RunSplit
        During = Phase.Splitting(split, Tally.None)
        Children = null
        Journaled = if split.Journaled then split else null
        Problems = problems split
        Walk = walk split
    }
