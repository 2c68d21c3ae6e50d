namespace Cano.Properties

open System
open System.Collections.Generic
open FsCheck
open FsCheck.FSharp
open FsCheck.Xunit
open global.Xunit
open global.Xunit.Abstractions

/// What laws say of their values.
[<RequireQualifiedAccess>]
module Law =

    /// Equal, with both values told when they are not.
    let equal (expected: 'T) (actual: 'T) =
        if expected <> actual then
            Assert.Fail $"Expected: %A{expected}\nActual: %A{actual}"

    /// The first name when a condition holds.
    let met (cases: (string * bool) list) =
        cases |> List.filter snd |> List.map fst

/// Where the random cases of this process begin: CANO_SEED replays those of an earlier one.
[<RequireQualifiedAccess>]
module Seed =

    /// A number for all cases of all laws, or the `(seed,gamma,size)` by which a failing law names
    /// its last case.
    let text =
        match Environment.GetEnvironmentVariable "CANO_SEED" with
        | null
        | "" -> string (Random.Shared.NextInt64())
        | given -> given

    let private isNumber, private number = UInt64.TryParse text

    /// As FsCheck reads it.
    let replay =
        if isNumber then
            let rnd = Rnd number
            $"{rnd.Seed},{rnd.Gamma}"
        else
            text

    /// A size stands for a single case.
    let isOneCase = text.Split(',').Length = 3

/// A method of `Laws` that holds for so many random cases.
[<AttributeUsage(AttributeTargets.Method)>]
type LawAttribute(cases: int) =
    inherit PropertyAttribute(MaxTest = cases, Replay = Seed.replay)

/// A class of laws. Each law has an instance of its own, which lives as long as its random cases do
/// and counts what they meet.
[<AbstractClass>]
type Laws(output: ITestOutputHelper) =

    /// A case that a law is about must be met by at least this share of the runs.
    let shareMin = 0.05

    let met = Dictionary<string, int>()
    let mutable wanted: string list = []
    let mutable runs = 0
    let mutable isBroken = false

    let count case =
        met[case] <- 1 + met.GetValueOrDefault(case, 0)

    let hold law value =
        try
            value |> law |> Seq.distinct |> Seq.iter count
        with _ ->
            isBroken <- true
            reraise ()

    let print () =
        for case in met |> Seq.sortByDescending _.Value do
            output.WriteLine $"  {100.0 * float case.Value / float runs, 5:F1} %% {case.Key}"

    // Three deviations of such a count: chance alone does not fail a law.
    let countMin () =
        let expected = shareMin * float runs
        expected - 3.0 * sqrt (expected * (1.0 - shareMin))

    let check () =
        for case in wanted do
            let count = met.GetValueOrDefault(case, 0)

            Assert.True(
                float count >= countMin (),
                $"Only {count} of {runs} runs met the case '{case}'."
            )

    /// Holds `law` against a random one of `values`: FsCheck asks for it once for each of the law's
    /// cases. It fails by an assertion and answers with the names of the cases that its value met;
    /// each of `cases` must be met often enough.
    member _.Holds (cases: string list) (values: Arbitrary<'T>) (law: 'T -> string list) =
        if runs = 0 then
            output.WriteLine $"CANO_SEED={Seed.text}"

        wanted <- cases
        runs <- runs + 1
        Prop.forAll values (hold law)

    interface IDisposable with
        /// After the last case. What it throws fails the law.
        member _.Dispose() =
            print ()

            if not (isBroken || Seed.isOneCase) then
                check ()
