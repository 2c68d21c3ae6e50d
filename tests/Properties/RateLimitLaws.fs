namespace Cano.Properties

open System
open Cano.Kernel
open FsCheck.FSharp
open Xunit
open Xunit.Abstractions

/// What holds of every bucket that can be reached.
type RateLimitLaws(output: ITestOutputHelper) =

    let tokens, per = 3, 7
    let rule = BucketRule(tokens, TimeSpan.FromTicks(int64 per), 2)

    /// Requests, each with the ticks until the next.
    let requests =
        Gen.zip (Gen.choose (0, 5)) (Gen.choose (0, 4))
        |> Gen.nonEmptyListOf
        |> Arb.fromGen

    let request (now, bucket, admitted) (n, ticks) =
        let taken = TokenBucket.take rule now n bucket
        now + int64 ticks, taken.Meter, (if taken.IsAdmitted then admitted + n else admitted)

    let reach = List.fold request (0L, TokenBucket.full rule 0L, 0)

    [<Fact>]
    member _.``O1 no span admits more than a full bucket and what drips in meanwhile``() =
        Law.holds output 2000 [ "emptied" ] requests
        <| fun list ->
            let now, bucket, admitted = reach list
            let ceiling = rule.Capacity * int64 per + now * int64 tokens
            Assert.True(int64 admitted * int64 per <= ceiling)
            Law.met [ "emptied", not (TokenBucket.take rule now 5 bucket).IsAdmitted ]

    [<Fact>]
    member _.``O4 what is missing is there after the time until, and not a tick before``() =
        Law.holds output 2000 [ "waited"; "there" ] requests
        <| fun list ->
            let now, bucket, _ = reach list
            let n = fst list.Head
            let wait = (TokenBucket.timeUntil rule now n bucket).Ticks
            Assert.True((TokenBucket.take rule (now + wait) n bucket).IsAdmitted)

            if wait > 0L then
                Assert.False((TokenBucket.take rule (now + wait - 1L) n bucket).IsAdmitted)

            Law.met [ "waited", wait > 0L; "there", wait = 0L ]
