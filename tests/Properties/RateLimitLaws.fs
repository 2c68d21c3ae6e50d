namespace Cano.Properties

open System
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What holds of every bucket that can be reached.
type RateLimitLaws(output: ITestOutputHelper) =
    inherit Laws(output)

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

    [<Law(2_000)>]
    [<Trait("ID", "O1")>]
    member law.``no span admits more than a full bucket and what drips in meanwhile``() =
        law.Holds [ "emptied" ] requests
        <| fun list ->
            let now, bucket, admitted = reach list
            let ceiling = rule.Capacity * int64 per + now * int64 tokens
            Assert.True(int64 admitted * int64 per <= ceiling)
            Law.met [ "emptied", not (TokenBucket.take rule now 5 bucket).IsAdmitted ]

    [<Law(2_000)>]
    [<Trait("ID", "O4")>]
    member law.``what is missing is there after the time until, and not a tick before``() =
        law.Holds [ "waited"; "there" ] requests
        <| fun list ->
            let now, bucket, _ = reach list
            let n = fst list.Head
            let wait = (TokenBucket.timeUntil rule now n bucket).Ticks
            Assert.True((TokenBucket.take rule (now + wait) n bucket).IsAdmitted)

            if wait > 0L then
                Assert.False((TokenBucket.take rule (now + wait - 1L) n bucket).IsAdmitted)

            Law.met [ "waited", wait > 0L; "there", wait = 0L ]

    [<Fact>]
    [<Trait("ID", "O1")>]
    member _.``a bucket holds what drips in and its burst, at most as many as can be asked for``() =
        Law.equal 5L rule.Capacity
        let huge = BucketRule(Int32.MaxValue, TimeSpan.FromTicks 7L, 2)
        Law.equal (int64 Int32.MaxValue) huge.Capacity

        Assert.True((TokenBucket.take huge 0L Int32.MaxValue (TokenBucket.full huge 0L)).IsAdmitted)

    [<Law(2_000)>]
    [<Trait("ID", "O5")>]
    member law.``a refund gives back what was taken, and never more than a full bucket``() =
        law.Holds [ "given back"; "overflowing" ] requests
        <| fun list ->
            let now, bucket, _ = reach list
            let bucket = TokenBucket.refilled rule now bucket
            let n = fst list.Head
            let taken = TokenBucket.take rule now n bucket

            if taken.IsAdmitted then
                Law.equal bucket (TokenBucket.refunded rule n taken.Meter)

            let more = TokenBucket.refunded rule 5 bucket
            let full = TokenBucket.full rule now
            Assert.True(more.Credit <= full.Credit)

            Law.met [
                "given back", taken.IsAdmitted && n > 0
                "overflowing", more = full && bucket <> full
            ]

    [<Fact>]
    [<Trait("ID", "O2"); Trait("ID", "O4")>]
    member _.``more than a full bucket is never there``() =
        let full = TokenBucket.full rule 0L
        Law.equal TimeSpan.MaxValue (TokenBucket.timeUntil rule 0L 6 full)
        Assert.False((TokenBucket.take rule Int64.MaxValue 6 full).IsAdmitted)

        // The longest of periods: what is missing takes longer than a span can say.
        let slow = BucketRule(1, TimeSpan.MaxValue, 5)
        let empty = (TokenBucket.take slow 0L 6 (TokenBucket.full slow 0L)).Meter
        Law.equal TimeSpan.MaxValue (TokenBucket.timeUntil slow 0L 2 empty)

    [<Fact>]
    [<Trait("ID", "O11")>]
    member _.``a limit of nothing and a period of no time are refused``() =
        let refused (make: unit -> obj) =
            Assert.Throws<ArgumentOutOfRangeException>(fun () -> make () |> ignore)
            |> ignore

        refused (fun () -> BucketRule(0, TimeSpan.FromTicks 1L, 0))
        refused (fun () -> BucketRule(1, TimeSpan.Zero, 0))
        refused (fun () -> BucketRule(1, TimeSpan.FromTicks 1L, -1))
        refused (fun () -> WindowRule(0, TimeSpan.FromTicks 1L))
        refused (fun () -> WindowRule(1, TimeSpan.Zero))
