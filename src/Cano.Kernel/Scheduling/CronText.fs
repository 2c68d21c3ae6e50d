namespace Cano.Kernel

open System
open Cronos

/// Why a cron expression is refused. Field: the column's name. At: the place in the text, from 1.
type internal CronRefusal = { Field: string; At: int; Why: string }

/// One of the six columns of a cron expression. Takes: what may stand in it, for a refusal.
type private CronColumn = { Name: string; Takes: string }

/// A stretch of a cron expression. At: its place in the text, from 1.
type private CronWord = { At: int; Text: string }

/// Reads a cron expression: five columns, six with seconds, or a macro. Cronos judges and reads
/// each column; what it takes and this syntax does not is refused before, and a Sunday that it
/// would lose is written again.
[<RequireQualifiedAccess>]
module internal CronText =

    let private columns = [|
        {
            Name = "second"
            Takes = "0-59 * , - /"
        }
        {
            Name = "minute"
            Takes = "0-59 * , - /"
        }
        {
            Name = "hour"
            Takes = "0-23 * , - /"
        }
        {
            Name = "day of month"
            Takes = "1-31 * , - / ? L W"
        }
        {
            Name = "month"
            Takes = "1-12 JAN-DEC * , - /"
        }
        {
            Name = "day of week"
            Takes = "0-7 SUN-SAT * , - / ? L #"
        }
    |]

    let private daysOfWeek = 5

    let private macros =
        "@annually, @daily, @every_minute, @every_second, @hourly, @midnight, @monthly, @weekly, @yearly"

    /// The stretches between white space.
    let private words (text: string) =
        let isWhite at = Char.IsWhiteSpace text[at]

        let ending start =
            seq { start .. text.Length - 1 }
            |> Seq.tryFind isWhite
            |> Option.defaultValue text.Length

        [
            for at in 0 .. text.Length - 1 do
                if not (isWhite at) && (at = 0 || isWhite (at - 1)) then
                    {
                        At = at + 1
                        Text = text[at .. ending at - 1]
                    }
        ]

    /// Cronos ends every text at the character zero.
    let private hasEnd (text: string) = text.Contains '\000'

    /// Whether Cronos reads a column; the others hold stars.
    let private isRead index (text: string) =
        let isForeign =
            hasEnd text || text.Contains '?' && not (columns[index].Takes.Contains '?')

        let line =
            Array.create columns.Length "*"
            |> Array.updateAt index text
            |> String.concat " "

        not isForeign && fst (CronExpression.TryParse(line, CronFormat.IncludeSeconds))

    let private isSign (char: char) = "*,-/#?".Contains char

    /// Whether something can be read that begins like this, up to the end of a part: a sign, or
    /// what stands between two.
    let private isBegun index (text: string) =
        isRead index text || isSign text[text.Length - 1] && isRead index (text + "1")

    /// The part that nothing can begin with. None when more must follow.
    let private offending index (text: string) =
        let ends = [
            for at in 1 .. text.Length do
                if at = text.Length || isSign text[at] || isSign text[at - 1] then
                    at
        ]

        Seq.pairwise (0 :: ends)
        |> Seq.tryFind (fun (_, till) -> not (isBegun index text[.. till - 1]))

    let private refusal index (word: CronWord) : CronRefusal =
        let { Name = name; Takes = takes } = columns[index]

        match offending index word.Text with
        | Some(from, till) -> {
            Field = name
            At = word.At + from
            Why = $"'{word.Text[from .. till - 1]}' cannot stand here; this field takes {takes}"
          }
        | None -> {
            Field = name
            At = word.At + word.Text.Length
            Why = $"something must follow; this field takes {takes}"
          }

    /// Cronos loses the Sunday of `7-2/2`, a range that begins with a 7, comes round and has a
    /// step.
    let private withSunday index (text: string) =
        let begins (item: string) =
            item.StartsWith("7-", StringComparison.Ordinal)
            || item.StartsWith("07-", StringComparison.Ordinal)

        if index = daysOfWeek && Array.exists begins (text.Split ',') then
            text + ",7"
        else
            text

    /// What stands before the three columns of the date.
    let private isInterval (texts: string list) =
        texts
        |> List.take (texts.Length - 3)
        |> List.exists (fun text -> text.AsSpan().ContainsAny('*', '-', '/'))

    /// Six columns; the first that is refused is told.
    let private fields (words: CronWord list) =
        let texts = words |> List.map _.Text

        match List.tryFindIndex not (List.mapi isRead texts) with
        | Some index -> Error(refusal index words[index])
        | None ->
            let line = texts |> List.mapi withSunday |> String.concat " "

            Ok {
                Calendar = CronExpression.Parse(line, CronFormat.IncludeSeconds)
                IsInterval = isInterval texts
            }

    let private macro (word: CronWord) =
        match CronExpression.TryParse word.Text with
        | true, calendar when not (hasEnd word.Text) ->
            Ok {
                Calendar = calendar
                IsInterval = words (string calendar) |> List.map _.Text |> isInterval
            }
        | _ ->
            Error {
                Field = "macro"
                At = word.At
                Why = $"'{word.Text}' is none of {macros}"
            }

    let private count = "5 fields are allowed (from the minute) or 6 (from the second)"

    /// What an expression means, or why it is refused.
    let read (text: string) : Result<CronSchedule, CronRefusal> =
        match words text with
        | [ word ] when word.Text[0] = '@' -> macro word
        | found when found.Length = 5 -> fields ({ At = 1; Text = "0" } :: found)
        | found when found.Length = 6 -> fields found
        | found when found.Length < 5 ->
            Error {
                Field = columns[found.Length + 1].Name
                At = text.Length + 1
                Why = Words.sentence $"the text ends after {found.Length}; {count}"
            }
        | found ->
            Error {
                Field = columns[daysOfWeek].Name
                At = found[6].At
                Why = Words.sentence $"nothing may follow; {count}"
            }
