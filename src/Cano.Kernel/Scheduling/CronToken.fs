namespace Cano.Kernel

open System

/// Why a cron expression is refused. Field: the column's name. At: the place in the text, from 1.
type internal CronRefusal = { Field: string; At: int; Why: string }

/// A stretch of a cron expression. At: its place in the text, from 1.
type internal CronToken = { At: int; Text: string }

/// Takes an expression apart without losing the places.
[<RequireQualifiedAccess>]
module internal CronToken =

    /// The stretches between the separators; at least one, and some may be empty.
    let split (separator: char) (token: CronToken) =
        token.Text.Split separator
        |> List.ofArray
        |> List.mapFold (fun at text -> { At = at; Text = text }, at + text.Length + 1) token.At
        |> fst

    /// The stretches between white space; none is empty.
    let words (text: string) =
        String.map (fun c -> if Char.IsWhiteSpace c then ' ' else c) text
        |> fun text -> split ' ' { At = 1; Text = text }
        |> List.filter (fun token -> token.Text <> "")

    /// Without its first `count` characters.
    let skip count (token: CronToken) = {
        At = token.At + count
        Text = token.Text.Substring count
    }

    /// Without its last character.
    let chop (token: CronToken) = {
        token with
            Text = token.Text.Substring(0, token.Text.Length - 1)
    }

    /// Whether it begins with these letters, in either case.
    let startsWith (letters: string) (token: CronToken) =
        token.Text.StartsWith(letters, StringComparison.OrdinalIgnoreCase)

    /// Whether it ends with these letters, in either case.
    let endsWith (letters: string) (token: CronToken) =
        token.Text.EndsWith(letters, StringComparison.OrdinalIgnoreCase)

    /// Refuses an expression because of this stretch.
    let refuse (field: CronField) why (token: CronToken) : Result<'T, CronRefusal> =
        Error {
            Field = field.Name
            At = token.At
            Why = why
        }
