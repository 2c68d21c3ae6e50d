namespace Cano.Properties

open System
open System.Globalization
open Cano
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

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

/// A record within a state.
type Reading = {
    At: DateTime
    Celsius: float
    Price: decimal
}

/// Cases with everything that a culture writes in its own way.
type Measured =
    | Counted of int
    | Weighed of float * decimal
    | Dated of DateTimeOffset
    | Read of Reading
    | Listed of Measured list
    | Within of Measured option
    | Complete

/// Names are independent of culture.
type NameLaws(output: ITestOutputHelper) =
    inherit Laws(output)

    let numbers = Gen.choose (-9_999, 9_999)

    let instants =
        Gen.choose (0, 1_000_000)
        |> Gen.map (fun minutes -> DateTime(2026, 1, 1).AddMinutes(float minutes))

    let reading =
        Gen.map2
            (fun at number -> {
                At = at
                Celsius = float number / 10.0
                Price = decimal number / 100m
            })
            instants
            numbers

    let rec measured depth =
        let leaves = [
            Gen.map Counted numbers
            Gen.map2 (fun a b -> Weighed(float a / 10.0, decimal b / 100m)) numbers numbers
            Gen.map
                (fun (at: DateTime) -> Dated(DateTimeOffset(at, TimeSpan.FromHours -3.0)))
                instants
            Gen.map Read reading
        ]

        if depth = 0 then
            Gen.oneof leaves
        else
            Gen.oneof [
                yield! leaves
                Gen.choose (0, 2)
                |> Gen.bind (fun count -> Gen.listOfLength count (measured (depth - 1)))
                |> Gen.map Listed
                Gen.map (Some >> Within) (measured (depth - 1))
            ]

    /// Whatever may be written otherwise is: the platform's own data may be missing.
    let foreign =
        let culture = CultureInfo.InvariantCulture.Clone() :?> CultureInfo
        culture.NumberFormat.NegativeSign <- "\u2212"
        culture.NumberFormat.NumberDecimalSeparator <- ","
        culture.DateTimeFormat.ShortDatePattern <- "d.M.yy"
        culture.DateTimeFormat.LongTimePattern <- "H'h'mm"
        culture

    let within (culture: CultureInfo) (work: unit -> 'T) =
        let before = CultureInfo.CurrentCulture
        CultureInfo.CurrentCulture <- culture

        try
            work ()
        finally
            CultureInfo.CurrentCulture <- before

    [<Law(300)>]
    [<Trait("ID", "Y12")>]
    member law.``a union with data has one name in every culture, and a run under it is gone on with``
        ()
        =
        law.Holds [] (Arb.fromGen (measured 2)) (fun state ->
            let rows = MemoryCheckpointStore()
            let isBroken = ref true

            let build () =
                Workflow
                    .Bare<Measured>()
                    .Register(
                        state,
                        Func<TaskContext, Measured>(fun _ ->
                            if isBroken.Value then failwith "lost" else Complete),
                        TaskConfig.Minimal
                    )
                    .AddExitState(Complete)
                    .WithCheckpointStore(rows)

            let names =
                [ CultureInfo.InvariantCulture; foreign ]
                |> List.map (fun culture ->
                    within culture (fun () -> (build ()).Definition.States[0].Name))

            Law.equal names[0] names[1]

            within foreign (fun () ->
                Assert
                    .ThrowsAsync<CanoException>(fun () ->
                        (build ()).OrchestrateAsync(state, "run"))
                    .Result)
            |> ignore

            isBroken.Value <- false
            Law.equal Complete ((build ()).ResumeFromAsync("run").Result)
            [])

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
