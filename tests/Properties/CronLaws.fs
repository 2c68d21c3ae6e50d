namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// Cron expressions run when they say, by any zone's clock.
type CronLaws(output: ITestOutputHelper) =
    inherit Laws(output)

    let utc (text: string) =
        DateTime.SpecifyKind(DateTime.Parse text, DateTimeKind.Utc)

    /// Seconds within 2000-2039.
    let instants =
        Gen.choose (0, 40 * 365 * 24 * 60)
        |> Gen.map (fun minutes -> (utc "2000-01-01").AddMinutes(float minutes))

    /// Midnight, half-hour, quarter-hour and day-long changes; changes of the base; Ramadan; two a
    /// week apart.
    let zones =
        [
            "America/New_York"
            "America/Havana"
            "America/Sao_Paulo"
            "America/Recife"
            "America/Caracas"
            "Africa/Cairo"
            "Africa/Casablanca"
            "Antarctica/Casey"
            "Antarctica/Troll"
            "Asia/Kathmandu"
            "Asia/Pyongyang"
            "Australia/Lord_Howe"
            "Europe/Lisbon"
            "Europe/Moscow"
            "Pacific/Apia"
            "Pacific/Chatham"
            "Pacific/Kwajalein"
        ]
        |> List.map TimeZoneInfo.FindSystemTimeZoneById

    /// The midnights (UTC) after which a zone's offset changes within a day.
    let changes =
        lazy
            [
                for zone in zones do
                    for day in 0 .. 365 * 70 do
                        let start = (utc "1970-01-01").AddDays(float day)

                        if zone.GetUtcOffset start <> zone.GetUtcOffset(start.AddDays 1.0) then
                            zone, start
            ]

    let nearChanges = gen {
        let! zone, day = Gen.elements changes.Value
        let! minutes = Gen.choose (-1_500, 1_500)
        return zone, day.AddMinutes(float minutes)
    }

    /// More than any law expects: a schedule that did not get on would never end.
    let enough = 100_000

    let between (written: WrittenCron) (zone: TimeZoneInfo) (start: DateTime) (finish: DateTime) =
        Cron.Parse(written.Text).Between(DateTimeOffset start, DateTimeOffset finish, zone)
        |> Seq.truncate enough
        |> List.ofSeq

    /// The offset is part of what is compared.
    let told (occurrences: DateTimeOffset list) = occurrences |> List.map _.ToString("o")

    /// Those of the instants, a step apart, that an expression admits in UTC.
    let plain (written: WrittenCron) (start: DateTime) count (step: TimeSpan) = [
        for n in 0 .. count - 1 do
            let instant = start + float n * step

            if written.Admits instant then
                DateTimeOffset instant
    ]

    let agrees (written: WrittenCron) (start: DateTime) count step =
        let expected = plain written start count step
        let actual = between written TimeZoneInfo.Utc start (start + float count * step)
        Law.equal (told expected) (told actual)
        Law.met [ "ran", not expected.IsEmpty; "never", expected.IsEmpty ]

    let times (text: string) (zone: string) (start: string) (finish: string) =
        let zone = TimeZoneInfo.FindSystemTimeZoneById zone

        Cron.Parse(text).Between(DateTimeOffset(utc start), DateTimeOffset(utc finish), zone)
        |> Seq.truncate enough
        |> Seq.map _.ToString("MM-dd HH:mm zzz")
        |> List.ofSeq

    [<Law(500)>]
    [<Trait("ID", "Q5")>]
    member law.``dates are those that a walk over every day finds``() =
        law.Holds [ "ran" ] (Arb.fromGen (Gen.zip CronOracle.ofDates instants))
        <| fun (written, instant) ->
            agrees written (instant.Date.AddHours 12.0) 800 (TimeSpan.FromDays 1.0)

    [<Law(60)>]
    [<Trait("ID", "Q5")>]
    member law.``times are those that a walk over every second of a day finds``() =
        law.Holds [ "ran" ] (Arb.fromGen (Gen.zip CronOracle.ofSeconds instants))
        <| fun (written, instant) -> agrees written instant 86_400 (TimeSpan.FromSeconds 1.0)

    [<Law(150)>]
    [<Trait("ID", "Q5")>]
    member law.``dates and times together are those that a walk over every minute finds``() =
        law.Holds [ "ran"; "never" ] (Arb.fromGen (Gen.zip CronOracle.ofAll instants))
        <| fun (written, instant) -> agrees written instant 14_400 (TimeSpan.FromMinutes 1.0)

    [<Law(400)>]
    [<Trait("ID", "Y17")>]
    member law.``around clock changes it runs when a walk by the zone's clock says``() =
        law.Holds
            [ "skips"; "repeats"; "interval"; "fixed" ]
            (Arb.fromGen (Gen.zip CronOracle.ofMinutes nearChanges))
        <| fun (written, (zone, start)) ->
            let finish = start.AddDays 2.0
            let expected = CronOracle.walk zone written start finish |> List.map fst
            Law.equal (told expected) (told (between written zone start finish))
            let gained = zone.GetUtcOffset finish - zone.GetUtcOffset start

            Law.met [
                "skips", gained > TimeSpan.Zero
                "repeats", gained < TimeSpan.Zero
                "interval", written.IsInterval
                "fixed", not written.IsInterval
            ]

    [<Law(400)>]
    [<Trait("ID", "Y17")>]
    member law.``what a preview tells of an occurrence is what a walk by the zone's clock shows``
        ()
        =
        law.Holds
            [ "skipped"; "both times"; "first time"; "ordinary" ]
            (Arb.fromGen (
                Gen.zip
                    (Gen.frequency [ 3, CronOracle.ofNights; 1, CronOracle.ofMinutes ])
                    nearChanges
            ))
        <| fun (written, (zone, start)) ->
            let expected = CronOracle.walk zone written start (start.AddDays 2.0)

            let shift (at, _) =
                CronPreview.shift (Cron.Parse written.Text) zone at

            Law.equal (List.map snd expected) (List.map shift expected)

            expected
            |> List.map (fun (_, shift) ->
                match shift with
                | ClockShift.None -> "ordinary", true
                | ClockShift.Skipped _ -> "skipped", true
                | ClockShift.Repeated isEach ->
                    (if isEach then "both times" else "first time"), true)
            |> List.distinct
            |> Law.met

    [<Law(300)>]
    [<Trait("ID", "Q5")>]
    member law.``next is strictly later, and what lies between is next after next``() =
        law.Holds [] (Arb.fromGen (Gen.zip CronOracle.ofMinutes nearChanges))
        <| fun (written, (zone, start)) ->
            let cron = Cron.Parse written.Text
            let start = DateTimeOffset start
            let next (after: DateTimeOffset) = cron.Next(after, zone).Value
            let run = List.scan (fun after _ -> next after) (next start) [ 1..20 ]

            for early, late in List.pairwise (start :: run) do
                Assert.True(late > early)

            let first, last = run.Head, List.last run
            let found = cron.Between(first, last, zone) |> Seq.truncate enough |> List.ofSeq
            Law.equal (told (List.take 20 run)) (told found)
            []

    [<Fact>]
    [<Trait("ID", "Y17")>]
    member _.``a skipped time runs at the change``() =
        Law.equal
            [ "03-13 02:30 -05:00"; "03-14 03:00 -04:00"; "03-15 02:30 -04:00" ]
            (times "30 2 * * *" "America/New_York" "2021-03-13" "2021-03-16")

    [<Fact>]
    [<Trait("ID", "Y17")>]
    member _.``a repeated time of day runs the first time only``() =
        Law.equal
            [ "11-06 01:30 -04:00"; "11-07 01:30 -04:00"; "11-08 01:30 -05:00" ]
            (times "30 1 * * *" "America/New_York" "2021-11-06" "2021-11-09")

    [<Fact>]
    [<Trait("ID", "Y17")>]
    member _.``an interval runs both times``() =
        Law.equal
            [
                "11-07 01:00 -04:00"
                "11-07 01:30 -04:00"
                "11-07 01:00 -05:00"
                "11-07 01:30 -05:00"
                "11-07 02:00 -05:00"
            ]
            (times "*/30 * * * *" "America/New_York" "2021-11-07 05:00" "2021-11-07 07:30")

    [<Fact>]
    [<Trait("ID", "Y17")>]
    member _.``a skipped day runs at its end``() =
        Law.equal
            [ "12-29 12:00 -10:00"; "12-31 00:00 +14:00"; "12-31 12:00 +14:00" ]
            (times "0 12 * * *" "Pacific/Apia" "2011-12-29 12:00" "2011-12-31 00:00")

    [<Fact>]
    [<Trait("ID", "Y17")>]
    member _.``a change by half an hour skips and repeats half an hour``() =
        Law.equal
            [ "10-03 02:30 +11:00"; "10-03 02:45 +11:00" ]
            (times "15,45 2 * * *" "Australia/Lord_Howe" "2021-10-02 15:00" "2021-10-03 00:00")

        Law.equal
            [ "04-04 01:45 +11:00"; "04-04 01:45 +10:30"; "04-04 02:45 +10:30" ]
            (times "45 * * * *" "Australia/Lord_Howe" "2021-04-03 14:40" "2021-04-03 17:00")

    [<Fact>]
    [<Trait("ID", "Q5")>]
    member _.``an impossible date never runs``() =
        Assert.False((Cron.Parse "0 0 30 2 *").Next(DateTimeOffset.UnixEpoch).HasValue)

        Assert.Empty(
            (Cron.Parse "0 0 31W APR *").Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue)
        )

    [<Fact>]
    [<Trait("ID", "Q5")>]
    member _.``the rarest date is found, centuries away``() =
        // 29 February on a Monday, from the last one before the year 2100 is left out.
        let next = (Cron.Parse "0 0 29 2 MON").Next(DateTimeOffset(utc "2088-03-01"))
        Assert.Equal(DateTimeOffset(utc "2112-02-29"), next.Value)

    [<Fact>]
    [<Trait("ID", "Q5")>]
    member _.``the ends of time are no exception``() =
        let ends = [
            DateTimeOffset.MinValue
            DateTimeOffset.MinValue.AddTicks 1L
            DateTimeOffset.MaxValue.AddHours -15.0
            DateTimeOffset.MaxValue
        ]

        for zone in TimeZoneInfo.Utc :: zones do
            for text in [ "* * * * * *"; "59 59 23 31 12 *"; "0 0 1 1 *" ] do
                let cron = Cron.Parse text

                for after in ends do
                    let next = cron.Next(after, zone)
                    Assert.True(not next.HasValue || next.Value > after)

                    cron.Between(after, DateTimeOffset.MaxValue, zone)
                    |> Seq.truncate 3
                    |> Seq.iter ignore

                Assert.False(cron.Next(DateTimeOffset.MaxValue, zone).HasValue)

        Assert.Equal(
            DateTimeOffset.MinValue,
            (Cron.Parse "@yearly").Between(DateTimeOffset.MinValue, DateTimeOffset.MaxValue)
            |> Seq.head
        )

    [<Fact>]
    [<Trait("ID", "Q5")>]
    member _.``the end is left out, and a backward stretch is empty``() =
        let cron = Cron.Parse "@hourly"
        let start = DateTimeOffset(utc "2026-01-01")
        Assert.Equal([ start ], cron.Between(start, start.AddHours 1.0))
        Assert.Empty(cron.Between(start, start))
        Assert.Empty(cron.Between(start, start.AddHours -1.0))
