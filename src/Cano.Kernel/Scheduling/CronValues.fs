namespace Cano.Kernel

open System

/// The values that a column admits. Bits: bit n for value n. IsRegular: written with `*`, a range or a step.
[<Struct>]
type internal CronValues = { Bits: uint64; IsRegular: bool }

/// Reads what every column may hold: values, names, ranges, steps, lists and `*`.
[<RequireQualifiedAccess>]
module internal CronValues =

    /// A number of one or two digits.
    let number (field: CronField) first last (token: CronToken) =
        let isNumber =
            token.Text.Length <= 2
            && token.Text <> ""
            && Seq.forall Char.IsAsciiDigit token.Text

        if isNumber && int token.Text >= first && int token.Text <= last then
            Ok(int token.Text)
        else
            token |> CronToken.refuse field $"'{token.Text}' is not {first}-{last}"

    /// A number or a name.
    let value (field: CronField) (token: CronToken) =
        let isName (name: string) =
            name.Equals(token.Text, StringComparison.OrdinalIgnoreCase)

        match List.tryFindIndex isName field.Names with
        | Some index -> Ok(field.First + index)
        | None ->
            number field field.First field.Last token
            |> Result.mapError (fun refusal -> {
                refusal with
                    Why = $"'{token.Text}' is not {field.Allowed}"
            })

    let private step (field: CronField) token =
        number field 1 field.Last token
        |> Result.mapError (fun refusal -> {
            refusal with
                Why = $"the step '{token.Text}' is not 1-{field.Last}"
        })

    /// Each step-th value from low to high; if high is below low, past the end of the column.
    let private bits (field: CronField) low high step =
        // A 7 is the same day as a 0.
        let place value =
            field.First + (value - field.First) % field.Period

        let low = if high < low then place low else low
        let high = if high < low then high + field.Period else high
        Seq.fold (fun bits value -> bits ||| (1UL <<< place value)) 0UL (seq { low..step..high })

    let private regular field low high step = {
        Bits = bits field low high step
        IsRegular = true
    }

    let private single field value = {
        Bits = bits field value value 1
        IsRegular = false
    }

    /// `5`, `5-10`; high is absent for the former.
    let private ends field token =
        match CronToken.split '-' token with
        | [ low ] -> value field low |> Result.map (fun low -> low, None)
        | [ low; high ] ->
            value field low
            |> Result.bind (fun low -> value field high |> Result.map (fun high -> low, Some high))
        | parts -> parts[2] |> CronToken.refuse field "a range has one '-'"

    /// `5`, `5-10`, `5/2`, `5-10/2`.
    let private item (field: CronField) token =
        match CronToken.split '/' token with
        | [ token ] ->
            ends field token
            |> Result.map (function
                | low, None -> single field low
                | low, Some high -> regular field low high 1)
        | [ token; every ] ->
            ends field token
            |> Result.bind (fun (low, high) ->
                let high = defaultArg high field.Last
                step field every |> Result.map (regular field low high))
        | parts -> parts[2] |> CronToken.refuse field "a value has one step"

    let private both (left: CronValues) (right: CronValues) = {
        Bits = left.Bits ||| right.Bits
        IsRegular = left.IsRegular || right.IsRegular
    }

    let private list field token =
        CronToken.split ',' token
        |> List.map (item field)
        |> List.reduce (fun left right ->
            left |> Result.bind (fun left -> right |> Result.map (both left)))

    /// What follows a `*`.
    let private star (field: CronField) (rest: CronToken) =
        if rest.Text = "" then
            Ok { Bits = field.All; IsRegular = true }
        elif rest.Text[0] = '/' then
            step field (CronToken.skip 1 rest)
            |> Result.map (regular field field.First field.Last)
        else
            rest |> CronToken.refuse field "only a step such as */5 may follow"

    /// A whole column, but for what only days know.
    let read (field: CronField) (token: CronToken) =
        match token.Text[0] with
        | '*' -> star field (CronToken.skip 1 token)
        | '?' when not field.IsOfTime && field.Name <> CronField.month.Name ->
            star field (CronToken.skip 1 token)
        | _ -> list field token
