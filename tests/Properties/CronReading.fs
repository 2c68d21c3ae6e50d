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

    [<Fact>]
    [<Trait("ID", "Q1")>]
    member _.``no text is a mistake of the caller, or no expression``() =
        Assert.Throws<ArgumentNullException>(fun () ->
            Cron.Parse(Unchecked.defaultof<string>) |> ignore)
        |> ignore

        Assert.False(fst (Cron.TryParse null))

    [<Fact>]
    member _.``a schedule equals only schedules``() =
        Assert.False((Cron.Parse "* * * * *").Equals "* * * * *")
        Law.equal (hash (Cron.Parse "@daily")) (hash (Cron.Parse "0 0 * * *"))

    [<Fact>]
    [<Trait("ID", "Q1")>]
    member _.``any white space parts columns``() =
        Law.equal (Cron.Parse "1 2 * * *") (Cron.Parse "\t1\u00a02 *\n*  * ")

    [<Fact>]
    [<Trait("ID", "Q5")>]
    member _.``a day that no year has never comes, close to a change of the clock either``() =
        let never = Cron.Parse "0 0 30 2 *"
        let zone = TimeZoneInfo.FindSystemTimeZoneById "America/New_York"
        // The clock goes forward on 8 March 2026 at 07:00 UTC.
        let change = DateTimeOffset(2026, 3, 8, 7, 0, 0, TimeSpan.Zero)

        for hours in [ -2000.0; -30.0; -1.0; 0.0; 1.0; 30.0; 2000.0 ] do
            Assert.False((never.Next(change.AddHours hours, zone)).HasValue)
