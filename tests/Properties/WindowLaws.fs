namespace Cano.Properties

open System
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What holds of every fixed window that can be reached.
type WindowLaws(output: ITestOutputHelper) =
    inherit Laws(output)

    let rule = WindowRule(4, TimeSpan.FromTicks 6L)

    /// Requests, each with the ticks until the next.
    let requests =
        Gen.zip (Gen.choose (0, 5)) (Gen.choose (0, 5))
        |> Gen.nonEmptyListOf
        |> Arb.fromGen

    /// Newest first: the generation of each request, and how many it was admitted.
    let request (now, window, admitted) (n, ticks) =
        let taken = FixedWindow.take rule now n window
        let counted = if taken.IsAdmitted then n else 0
        now + int64 ticks, taken.Meter, (taken.Meter.Generation, counted) :: admitted

    let reach = List.fold request (0L, FixedWindow.first 0L, [])

    [<Law(2_000)>]
    [<Trait("ID", "O6")>]
    member law.``a window admits its limit and not more``() =
        law.Holds [ "several windows"; "full" ] requests
        <| fun list ->
            let _, window, admitted = reach list

            let sums = admitted |> List.groupBy fst |> List.map (snd >> List.sumBy snd)

            for sum in sums do
                Assert.InRange(sum, 0, rule.Limit)

            Law.equal (List.head sums) window.Used

            Law.met [ "several windows", sums.Length > 1; "full", List.contains rule.Limit sums ]

    [<Law(2_000)>]
    [<Trait("ID", "O6")>]
    member law.``a window starts anew at the first look after its end``() =
        law.Holds [ "the same"; "a new one" ] requests
        <| fun list ->
            let now, window, _ = reach list
            let rolled = FixedWindow.rolled rule now window
            let isOver = now >= window.Start + rule.Length

            if isOver then
                Law.equal
                    (now, 0, window.Generation + 1L)
                    (rolled.Start, rolled.Used, rolled.Generation)
            else
                Law.equal window rolled

            Law.met [ "the same", not isOver; "a new one", isOver ]

    [<Law(2_000)>]
    [<Trait("ID", "O4")>]
    member law.``what does not fit fits after the time until, and not a tick before``() =
        law.Holds [ "waited"; "there"; "never" ] requests
        <| fun list ->
            let now, window, _ = reach list
            let n = fst list.Head
            let wait = FixedWindow.timeUntil rule now n window

            let isAdmitted at =
                (FixedWindow.take rule at n window).IsAdmitted

            if wait = TimeSpan.MaxValue then
                Assert.True(n > rule.Limit)
                Assert.False(isAdmitted Int64.MaxValue)
            else
                Assert.True(isAdmitted (now + wait.Ticks))

                if wait > TimeSpan.Zero then
                    Assert.False(isAdmitted (now + wait.Ticks - 1L))

            Law.met [
                "waited", wait > TimeSpan.Zero && wait < TimeSpan.MaxValue
                "there", wait = TimeSpan.Zero
                "never", wait = TimeSpan.MaxValue
            ]

    [<Law(2_000)>]
    [<Trait("ID", "O5"); Trait("ID", "O7")>]
    member law.``a refund counts out what its own window counted in, and nothing of another``() =
        law.Holds [ "of this window"; "of an earlier one" ] requests
        <| fun list ->
            let now, window, _ = reach list
            let n = fst list.Head
            let taken = FixedWindow.take rule now n window
            let meter = taken.Meter

            let refunded generation =
                FixedWindow.refunded rule now n generation meter

            if taken.IsAdmitted then
                Law.equal { meter with Used = meter.Used - n } (refunded meter.Generation)

            Law.equal meter (refunded (meter.Generation - 1L))
            // Whoever gives back more than was taken empties the window.
            Law.equal 0 (FixedWindow.refunded rule now 99 meter.Generation meter).Used

            Law.met [
                "of this window", taken.IsAdmitted && n > 0
                "of an earlier one", meter.Generation > 0L
            ]
