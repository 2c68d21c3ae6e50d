namespace Cano.Properties

open System
open System.Text.RegularExpressions
open Cano
open FsCheck
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What is a cron expression, what is refused and where, and which expressions are equal.
type CronReading(output: ITestOutputHelper) =
    inherit Laws(output)

    [<Law(2_000)>]
    [<Trait("ID", "Q1")>]
    member law.``a text is an expression or is refused with a place within it``() =
        let part =
            Gen.elements [
                "*"
                "*/5"
                "1"
                "60"
                "1-5"
                "5-1"
                "1,2"
                ","
                "L"
                "LW"
                "15W"
                "MON#2"
                "FRIL"
                "?"
                "JAN"
                "-"
                "/"
                "@daily"
                "#"
                "W"
                "007"
                "٣"
                "*/0"
                "1\000"
                "\000"
                "H"
            ]

        let text =
            Gen.frequency [ 3, Gen.choose (5, 6); 1, Gen.choose (0, 7) ]
            |> Gen.bind (fun n ->
                Gen.listOfLength n (Gen.frequency [ 8, Gen.elements [ "*"; "1" ]; 1, part ]))
            |> Gen.map (String.concat " ")

        law.Holds [ "read"; "refused" ] (Arb.fromGen text)
        <| fun text ->
            match Cron.TryParse text with
            | true, cron ->
                Assert.Equal(text, string cron)
                Assert.Equal(cron, Cron.Parse text)
                [ "read" ]
            | false, _ ->
                let error = Assert.Throws<FormatException>(fun () -> Cron.Parse text |> ignore)
                let place = Regex.Match(error.Message, @", at character (\d+): ")
                Assert.True(place.Success, error.Message)
                Assert.InRange(int place.Groups[1].Value, 1, text.Length + 1)
                [ "refused" ]

    [<Theory>]
    [<InlineData("61 * * * *", "minute", 1)>]
    [<InlineData("0 24 * * *", "hour", 3)>]
    [<InlineData("60 0 0 * * *", "second", 1)>]
    [<InlineData("0 0 0 * *", "day of month", 5)>]
    [<InlineData("0 0 32 * *", "day of month", 5)>]
    [<InlineData("0 0 1,32 * *", "day of month", 7)>]
    [<InlineData("0 0 L-31 * *", "day of month", 7)>]
    [<InlineData("0 0 LX * *", "day of month", 5)>]
    [<InlineData("0 0 L,3 * *", "day of month", 6)>]
    [<InlineData("0 0 3,15W * *", "day of month", 7)>]
    [<InlineData("0 0 * 13 *", "month", 7)>]
    [<InlineData("0 0 * JAM *", "month", 7)>]
    [<InlineData("0 0 * ? *", "month", 7)>]
    [<InlineData("? 0 * * *", "minute", 1)>]
    [<InlineData("0 0 * * 8", "day of week", 9)>]
    [<InlineData("0 0 * * L", "day of week", 9)>]
    [<InlineData("0 0 * * MON#6", "day of week", 13)>]
    [<InlineData("0 0 * * MON-FRY", "day of week", 13)>]
    [<InlineData("  */0 * * * *", "minute", 5)>]
    [<InlineData("*/60 * * * *", "minute", 3)>]
    [<InlineData("*5 * * * *", "minute", 2)>]
    [<InlineData("*,5 * * * *", "minute", 2)>]
    [<InlineData("5,* * * * *", "minute", 3)>]
    [<InlineData("1-2-3 * * * *", "minute", 4)>]
    [<InlineData("1/2/3 * * * *", "minute", 4)>]
    [<InlineData("1/0,2 * * * *", "minute", 3)>]
    [<InlineData("1, * * * *", "minute", 3)>]
    [<InlineData("001 * * * *", "minute", 1)>]
    [<InlineData("-1 * * * *", "minute", 1)>]
    [<InlineData("* * *", "month", 6)>]
    [<InlineData("", "minute", 1)>]
    [<InlineData("* * * * * * *", "day of week", 13)>]
    [<InlineData("* * * * 1\000", "day of week", 9)>]
    [<InlineData("* * * * *\000 *", "month", 10)>]
    [<InlineData("H 0 * * *", "minute", 1)>]
    [<InlineData("@daily\000", "macro", 1)>]
    [<InlineData("@often", "macro", 1)>]
    [<Trait("ID", "Q1")>]
    member _.``a refusal names the field and the place``(text: string, field: string, at: int) =
        let error = Assert.Throws<FormatException>(fun () -> Cron.Parse text |> ignore)
        Assert.Contains($": {field}, at character {at}: ", error.Message)
        Assert.False(fst (Cron.TryParse text))

    [<Fact>]
    [<Trait("ID", "Q1")>]
    member _.``no text is a mistake of the caller, or no expression``() =
        Assert.Throws<ArgumentNullException>(fun () ->
            Cron.Parse(Unchecked.defaultof<string>) |> ignore)
        |> ignore

        Assert.False(fst (Cron.TryParse null))

    [<Theory>]
    [<InlineData("@daily", "0 0 * * *")>]
    [<InlineData("@Midnight", "0 0 0 * * ?")>]
    [<InlineData("@weekly", "0 0 * * SUN")>]
    [<InlineData("@monthly", "0 0 1 * *")>]
    [<InlineData("@yearly", "0 0 1 1 *")>]
    [<InlineData("@annually", "0 0 1 JAN ?")>]
    [<InlineData("@hourly", "0 * * * *")>]
    [<InlineData(" @every_minute ", "* * * * *")>]
    [<InlineData("@EVERY_SECOND", "* * * * * *")>]
    [<InlineData("0 0 * * 7", "0 0 * * 0")>]
    [<InlineData("0 0 * * 5-7", "0 0 * * sun,fri,sat")>]
    [<InlineData("0 0 * * 7-2", "0 0 * * SUN-TUE")>]
    [<InlineData("0 0 * * 7-TUE/2", "0 0 * * 0,2")>]
    [<InlineData("0 0 * * 1,07-2/3", "0 0 * * 0,1")>]
    [<InlineData("0 0 * * 7-7/2", "0 0 * * SUN")>]
    [<InlineData("0 0 * * FRIL", "0\t0  * * 5L")>]
    [<InlineData("0 0 L-0 * *", "0 0 l * *")>]
    [<InlineData("0 22-2/2 * * *", "0 22/2,0-2/2 * * *")>]
    [<Trait("ID", "Q1")>]
    member _.``two ways to write one schedule are equal``(left: string, right: string) =
        Assert.Equal(Cron.Parse left, Cron.Parse right)
        Assert.Equal((Cron.Parse left).GetHashCode(), (Cron.Parse right).GetHashCode())

    [<Theory>]
    [<InlineData("0 0 * * *", "0 1 * * *")>]
    [<InlineData("0 0,1 * * *", "0 0-1 * * *")>]
    [<InlineData("0 0 L * *", "0 0 LW * *")>]
    [<Trait("ID", "Y17")>]
    member _.``schedules that differ, or treat a repeated hour differently, are not equal``
        (left: string, right: string)
        =
        Assert.NotEqual(Cron.Parse left, Cron.Parse right)

    [<Fact>]
    member _.``a schedule equals only schedules``() =
        Assert.False((Cron.Parse "* * * * *").Equals "* * * * *")
        Law.equal (hash (Cron.Parse "@daily")) (hash (Cron.Parse "0 0 * * *"))

    [<Fact>]
    [<Trait("ID", "Q1")>]
    member _.``any white space parts columns``() =
        Law.equal (Cron.Parse "1 2 * * *") (Cron.Parse "\t1\u00a02 *\n*  * ")

    [<Fact>]
    [<Trait("ID", "Q1")>]
    member _.``a second # and a second step are refused``() =
        for text in
            [
                "* * * * 1#2#3"
                "* * * * 1#2#3L"
                "* * * * #"
                "*/5/5 * * * *"
                "1/2/3 * * * *"
                "1-2-3 * * * *"
            ] do
            match Cron.TryParse text with
            | true, _ -> Assert.Fail $"{text} was read."
            | false, cron -> Assert.Null cron

    [<Fact>]
    [<Trait("ID", "Q5")>]
    member _.``a day that no year has never comes, close to a change of the clock either``() =
        let never = Cron.Parse "0 0 30 2 *"
        let zone = TimeZoneInfo.FindSystemTimeZoneById "America/New_York"
        // The clock goes forward on 8 March 2026 at 07:00 UTC.
        let change = DateTimeOffset(2026, 3, 8, 7, 0, 0, TimeSpan.Zero)

        for hours in [ -2000.0; -30.0; -1.0; 0.0; 1.0; 30.0; 2000.0 ] do
            Assert.False((never.Next(change.AddHours hours, zone)).HasValue)
