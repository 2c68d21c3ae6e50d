namespace Cano.Model

open System

/// Stories drawn at random: the same one for the same randomness.
[<RequireQualifiedAccess>]
module Stories =

    let private chance (random: Random) percent = random.Next 100 < percent

    let private pick (random: Random) (items: 'T list) = items[random.Next items.Length]

    let private none = {
        Count = 0
        Delay = 0L
        Doubles = false
    }

    let private retries (random: Random) =
        match random.Next 4 with
        | 0 -> none
        | 1 -> {
            Count = random.Next(1, 4)
            Delay = 700L
            Doubles = true
          }
        | _ -> {
            Count = random.Next(1, 3)
            Delay = pick random [ 0L; 20L; 1000L; 3000L ]
            Doubles = false
          }

    let private fork (random: Random) (names: string list) (plain: string list) =
        let count = random.Next(1, 5)
        let most = random.Next(1, count + 1)

        let rule =
            match random.Next 6 with
            | 0 -> Rule.All
            | 1 -> Rule.Any
            | 2 -> Rule.Quorum most
            | 3 -> Rule.Percent(random.Next(1, 101))
            | 4 -> Rule.Partial most
            | _ -> Rule.UntilTimeout

        let isJournaled = chance random 82

        {
            Rule = rule
            Journaled = isJournaled
            // A join that cannot fail must not lead from split to split for ever.
            Next = pick random (if rule.IsUntilTimeout then plain else names)
            Fixed =
                if not isJournaled && chance random 65 then
                    Some count
                else
                    None
            HasTimeout = rule.IsUntilTimeout || chance random 50
            Bulkhead = if chance random 40 then Some(random.Next(1, 4)) else None
            WaitsForAll = chance random 25
        }

    /// What a story is mostly about.
    [<RequireQualifiedAccess>]
    type private Taste =
        | Sagas
        | Splits
        | Families
        | Calculations
        | Everything

    /// Several of them are joined as branches are.
    let private children (random: Random) (names: string list) (plain: string list) =
        if chance random 20 then
            Work.Children None
        else
            Work.Children(
                Some {
                    fork random names plain with
                        Journaled = false
                        Fixed = None
                }
            )

    /// The first state declares nothing, so that wiring problems are none of the story's: it is no
    /// split that names its next state.
    let private work (random: Random) taste names plain isFirst =
        match taste, random.Next 100 with
        | Taste.Sagas, dice when dice < 83 -> Work.Compensatable
        | Taste.Splits, dice when dice < 65 && not isFirst -> Work.Split(fork random names plain)
        | Taste.Splits, dice when dice < 60 ->
            Work.Split {
                fork random names plain with
                    Journaled = true
                    Fixed = None
            }
        | Taste.Families, dice when dice < 72 -> children random names plain
        | Taste.Families, dice when dice < 82 -> Work.Compensatable
        | Taste.Calculations, dice when dice < 52 -> Work.Pure
        | Taste.Calculations, dice when dice < 85 -> Work.Router
        | _ ->
            match random.Next(if isFirst then 16 else 19) with
            | 0
            | 1 -> Work.Single
            | 2
            | 3 -> Work.Router
            | 15 -> Work.Pure
            | 4
            | 5 -> Work.Compensatable
            | 6
            | 7 -> Work.Timer(random.Next 600)
            | 8
            | 9 -> Work.Stepped
            | 10
            | 11 -> Work.Stream
            | 12
            | 13
            | 14 -> Work.Poll(pick random [ 1; 2; 20; 30; 59; 600 ])
            | _ -> Work.Split(fork random names plain)

    /// Sagas die late, so that some die while they roll back; those that rest do that instead.
    /// Calculations die with what nobody has waited for.
    let private deaths (random: Random) (taste: Taste) (interrupts: (int * Interrupt) list) =
        let isSaga =
            taste.IsSagas
            && not (interrupts |> List.exists (fun (_, what) -> what.IsSuspend))

        if taste.IsCalculations then
            List.init (random.Next(1, 4)) (fun _ -> random.Next(1, 5), chance random 15)
        elif chance random (if isSaga then 90 else 45) then
            List.init (random.Next(1, 4)) (fun life ->
                (if isSaga && life = 0 then
                     random.Next(3, 14)
                 else
                     random.Next 8),
                chance random 75)
        else
            []

    /// Sagas rest more often, so that some are in the midst of their rollback then; parents are
    /// stopped early, when their children have just begun.
    let private interrupts (random: Random) (taste: Taste) =
        let one what =
            (match taste with
             | Taste.Families -> random.Next(3, 5)
             | Taste.Sagas -> random.Next(3, 16)
             | Taste.Calculations -> random.Next(2, 12)
             | _ -> random.Next 25),
            what

        // Now and then it is to rest again and again.
        let rests () =
            if chance random 25 then
                List.init (random.Next(1, 4)) (fun _ -> one Interrupt.Suspend)
            else
                List.init 70 (fun at -> at, Interrupt.Suspend)
                |> List.filter (fun _ -> chance random 35)

        let stops = [
            Interrupt.Cancel
            Interrupt.CancelForGood
            Interrupt.Timeout
            Interrupt.Timeout
        ]

        match taste, random.Next 20 with
        | _, 0 -> [ -1, Interrupt.Cancel ]
        | Taste.Families, dice when dice < 12 -> [
            one (pick random [ Interrupt.Cancel; Interrupt.CancelForGood ])
          ]
        | Taste.Families, dice when dice < 14 -> rests ()
        | Taste.Families, dice when dice < 15 -> [ one Interrupt.Timeout ]
        | Taste.Families, _ -> []
        | Taste.Sagas, dice when dice < 7 || dice > 12 -> rests ()
        | Taste.Sagas, dice when dice < 12 -> [ one Interrupt.CancelForGood ]
        | Taste.Splits, dice when dice > 14 -> rests ()
        | Taste.Calculations, dice when dice < 16 ->
            List.init (random.Next(2, 5)) (fun _ -> one Interrupt.Suspend)
        | Taste.Calculations, dice when dice < 18 -> [ one Interrupt.Timeout ]
        | _, dice when dice < 3 -> [ one Interrupt.Cancel ]
        | _, dice when dice < 7 -> [ one Interrupt.Timeout ]
        | _, dice when dice < 10 -> [ one Interrupt.CancelForGood ]
        | _, dice when dice < 13 -> one (pick random stops) :: rests ()
        | _, dice when dice < 15 -> rests ()
        | _ -> []
        |> List.distinctBy fst

    /// A parent that has failed is gone on with, so that some retry their children.
    let private agains (random: Random) (taste: Taste) =
        let count =
            match taste with
            | Taste.Sagas -> random.Next 4
            | Taste.Families -> random.Next(1, 6)
            | _ -> random.Next 6

        List.init count (fun _ -> pick random [ Again.Resume; Again.Retry; Again.Retry ])

    let private place (random: Random) taste (names: string list) (exits: string list) i name =
        let work = work random taste (names @ exits) [ names.Head; exits.Head ] (i = 0)

        let isBound =
            match work with
            | Work.Split fork -> not fork.Journaled
            | _ -> false

        {
            Name = name
            Work = work
            Retries = if work.IsChildren then none else retries random
            To =
                if i = 0 || isBound || chance random 70 then
                    []
                else
                    List.init (random.Next(1, 4)) (fun _ -> pick random (names @ exits))
                    |> List.distinct
        }

    /// The total time of an engine's runs goes on between their processes, which no story knows.
    let private untimed (at, what: Interrupt) =
        at, (if what.IsTimeout then Interrupt.Cancel else what)

    /// More than a story has: no snapshot is due.
    let private manyRows = 256

    /// A story.
    let draw (random: Random) : Story =
        let names = List.init (random.Next(2, 8)) (fun i -> $"S{i}")
        let more = pick random [ []; []; [ "Rejected" ]; [ "S1" ] ]
        let exits = "Done" :: more

        let taste =
            pick random [
                Taste.Families
                Taste.Families
                Taste.Families
                Taste.Families
                Taste.Families
                Taste.Families
                Taste.Sagas
                Taste.Sagas
                Taste.Sagas
                Taste.Sagas
                Taste.Sagas
                Taste.Splits
                Taste.Splits
                Taste.Splits
                Taste.Splits
                Taste.Calculations
                Taste.Calculations
                Taste.Calculations
                Taste.Calculations
                Taste.Everything
            ]

        let interrupts = interrupts random taste
        let places = List.mapi (place random taste names exits) names
        let isFamily = places |> List.exists _.Work.IsChildren

        {
            Places = places
            Exits = exits
            Initial =
                if chance random 4 then
                    pick random exits
                else
                    pick random names
            // Only an engine's runs have children, and rows.
            Journaled =
                isFamily
                || chance random (if taste.IsSagas || taste.IsCalculations then 95 else 75)
            Choices = List.init (random.Next(4, 60)) (fun _ -> random.Next 10_000)
            Interrupts = if isFamily then List.map untimed interrupts else interrupts
            Deaths = deaths random taste interrupts
            Agains = agains random taste
            Rest = pick random [ 0L; 1000L; 250_000L; 3_600_000L ]
            SnapshotEvery = if chance random 30 then random.Next(1, 6) else manyRows
        }

    /// The same story with less in it, for a failing one: each a little smaller.
    let smaller (story: Story) : Story seq = seq {
        for i in 0 .. story.Interrupts.Length - 1 do
            {
                story with
                    Interrupts = List.removeAt i story.Interrupts
            }

        for i in 0 .. story.Deaths.Length - 1 do
            {
                story with
                    Deaths = List.removeAt i story.Deaths
            }

        if not story.Agains.IsEmpty then
            {
                story with
                    Agains = story.Agains.Tail
            }

        if story.SnapshotEvery < manyRows then
            { story with SnapshotEvery = manyRows }

        if story.Rest > 0L then
            { story with Rest = 0L }

        for length in [ story.Choices.Length / 2; story.Choices.Length - 1 ] do
            if length < story.Choices.Length && length > 0 then
                {
                    story with
                        Choices = List.truncate length story.Choices
                }

        for i in 0 .. story.Places.Length - 1 do
            if not story.Places[i].To.IsEmpty then
                {
                    story with
                        Places = List.updateAt i { story.Places[i] with To = [] } story.Places
                }
    }
