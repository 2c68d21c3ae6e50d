namespace Cano.Properties

open System
open Cano
open Expecto
open global.Xunit

/// How cron expressions read.
type CronExamples() =

    static let told (text: string) =
        let shown = text.Replace("\000", "NUL").Replace("\t", "TAB")
        $"'{shown}'"

    static let isNotRead text =
        match Cron.TryParse text with
        | true, _ -> Assert.Fail $"{text} was read."
        | false, cron -> Assert.Null cron

    static let refused =
        testList "refused" [
            for text, field, at in
                [
                    "61 * * * *", "minute", 1
                    "0 24 * * *", "hour", 3
                    "60 0 0 * * *", "second", 1
                    "0 0 0 * *", "day of month", 5
                    "0 0 32 * *", "day of month", 5
                    "0 0 1,32 * *", "day of month", 7
                    "0 0 L-31 * *", "day of month", 7
                    "0 0 LX * *", "day of month", 5
                    "0 0 L,3 * *", "day of month", 6
                    "0 0 3,15W * *", "day of month", 7
                    "0 0 * 13 *", "month", 7
                    "0 0 * JAM *", "month", 7
                    "0 0 * ? *", "month", 7
                    "? 0 * * *", "minute", 1
                    "0 0 * * 8", "day of week", 9
                    "0 0 * * L", "day of week", 9
                    "0 0 * * MON#6", "day of week", 13
                    "0 0 * * MON-FRY", "day of week", 13
                    "  */0 * * * *", "minute", 5
                    "*/60 * * * *", "minute", 3
                    "*5 * * * *", "minute", 2
                    "*,5 * * * *", "minute", 2
                    "5,* * * * *", "minute", 3
                    "1-2-3 * * * *", "minute", 4
                    "1/2/3 * * * *", "minute", 4
                    "1/0,2 * * * *", "minute", 3
                    "1, * * * *", "minute", 3
                    "001 * * * *", "minute", 1
                    "-1 * * * *", "minute", 1
                    "* * *", "month", 6
                    "", "minute", 1
                    "* * * * * * *", "day of week", 13
                    "* * * * 1\000", "day of week", 9
                    "* * * * *\000 *", "month", 10
                    "H 0 * * *", "minute", 1
                    "@daily\000", "macro", 1
                    "@often", "macro", 1
                ] do
                test $"{told text} for its {field}, at character {at}" {
                    let error = Assert.Throws<FormatException>(fun () -> Cron.Parse text |> ignore)
                    Assert.Contains($": {field}, at character {at}: ", error.Message)
                    isNotRead text
                }

            for text in [ "* * * * 1#2#3"; "* * * * 1#2#3L"; "* * * * #"; "*/5/5 * * * *" ] do
                test (told text) { isNotRead text }
        ]

    static let same =
        testList "read" [
            for left, right in
                [
                    "@daily", "0 0 * * *"
                    "@Midnight", "0 0 0 * * ?"
                    "@weekly", "0 0 * * SUN"
                    "@monthly", "0 0 1 * *"
                    "@yearly", "0 0 1 1 *"
                    "@annually", "0 0 1 JAN ?"
                    "@hourly", "0 * * * *"
                    " @every_minute ", "* * * * *"
                    "@EVERY_SECOND", "* * * * * *"
                    "0 0 * * 7", "0 0 * * 0"
                    "0 0 * * 5-7", "0 0 * * sun,fri,sat"
                    "0 0 * * 7-2", "0 0 * * SUN-TUE"
                    "0 0 * * 7-TUE/2", "0 0 * * 0,2"
                    "0 0 * * 1,07-2/3", "0 0 * * 0,1"
                    "0 0 * * 7-7/2", "0 0 * * SUN"
                    "0 0 * * FRIL", "0\t0  * * 5L"
                    "0 0 L-0 * *", "0 0 l * *"
                    "0 22-2/2 * * *", "0 22/2,0-2/2 * * *"
                ] do
                test $"{told left} as {told right}" {
                    Law.equal (Cron.Parse left) (Cron.Parse right)
                    Law.equal (hash (Cron.Parse left)) (hash (Cron.Parse right))
                }
        ]

    static let unlike =
        testList "read" [
            for left, right in
                [
                    "0 0 * * *", "0 1 * * *"
                    "0 0,1 * * *", "0 0-1 * * *"
                    "0 0 L * *", "0 0 LW * *"
                ] do
                test $"{told left} unlike {told right}" {
                    Assert.NotEqual(Cron.Parse left, Cron.Parse right)
                }
        ]

    static member Refused = Examples.rows refused

    [<Theory; MemberData("Refused")>]
    [<Trait("ID", "Q1")>]
    member _.``a refusal names the field and the place``(example: Example) =
        Examples.run refused example

    static member Same = Examples.rows same

    [<Theory; MemberData("Same")>]
    [<Trait("ID", "Q1")>]
    member _.``two ways to write one schedule are equal``(example: Example) =
        Examples.run same example

    static member Unlike = Examples.rows unlike

    [<Theory; MemberData("Unlike")>]
    [<Trait("ID", "Y17")>]
    member _.``schedules that differ, or treat a repeated hour differently, are not equal``
        (example: Example)
        =
        Examples.run unlike example
