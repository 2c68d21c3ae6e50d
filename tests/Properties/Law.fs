namespace Cano.Properties

open System
open System.Collections.Generic
open FsCheck
open FsCheck.FSharp
open Xunit
open Xunit.Abstractions

/// How a law is held against random cases.
[<RequireQualifiedAccess>]
module Law =

    /// A case that a law is about must be met by at least this share of the runs.
    let private shareMin = 0.05

    /// CANO_SEED replays the cases of an earlier run, whose seed was printed.
    let private seed () =
        match Environment.GetEnvironmentVariable "CANO_SEED" with
        | null
        | "" -> uint64 (Random.Shared.NextInt64())
        | text -> UInt64.Parse text

    let private print (output: ITestOutputHelper) runs (met: Dictionary<string, int>) =
        for entry in met |> Seq.sortByDescending _.Value do
            output.WriteLine $"  {100.0 * float entry.Value / float runs, 5:F1} %% {entry.Key}"

    /// Holds `law` against `runs` random values. It fails by an assertion and answers with the names of the
    /// cases that its value met; each of `cases` must be met often enough.
    let holds (output: ITestOutputHelper) runs (cases: string list) (values: Arbitrary<'T>) law =
        let seed = seed ()
        output.WriteLine $"CANO_SEED={seed} runs={runs}"
        let met = Dictionary<string, int>()

        for case in cases do
            met[case] <- 0

        let count case =
            met[case] <- 1 + met.GetValueOrDefault(case, 0)

        let config =
            Config.QuickThrowOnFailure
                .WithMaxTest(runs)
                .WithReplay(Some { Rnd = Rnd seed; Size = None })
                .WithQuietOnSuccess(true)

        Check.One(config, Prop.forAll values (law >> Seq.distinct >> Seq.iter count))
        print output runs met

        for case in cases do
            Assert.True(
                float met[case] >= shareMin * float runs,
                $"Only {met[case]} of {runs} runs met the case '{case}'."
            )

    /// Equal, with both values told when they are not.
    let equal (expected: 'T) (actual: 'T) =
        if expected <> actual then
            Assert.Fail $"Expected: %A{expected}\nActual: %A{actual}"

    /// The first name when a condition holds.
    let met (cases: (string * bool) list) =
        cases |> List.filter snd |> List.map fst
