import { ValueError } from "./errors.ts";
import type { Expression, Value } from "./expression.ts";

type Lookup = (name: string) => Value;

/** The value of an expression. Throws a `ValueError` when it has none. */
export function evaluate(expression: Expression, lookup: Lookup): Value {
  switch (expression.kind) {
    case "value":
      return expression.value;
    case "name":
      return lookup(expression.name);
    case "unary": {
      const operand = evaluate(expression.operand, lookup);
      return expression.operator === "not" ? !boolean(operand) : finite(-number(operand));
    }
    case "binary":
      return binary(expression.operator, evaluate(expression.left, lookup), () => evaluate(expression.right, lookup));
    case "call":
      return call(expression.name, expression.arguments, lookup);
  }
}

function binary(operator: string, left: Value, evaluateRight: () => Value): Value {
  if (operator === "and") return boolean(left) && boolean(evaluateRight());
  if (operator === "or") return boolean(left) || boolean(evaluateRight());
  const right = evaluateRight();
  if (operator === "&") return String(left) + String(right);
  if (operator === "=") return left === right;
  if (operator === "<>") return left !== right;
  if ("<=>=".includes(operator)) return compare(operator, left, right);
  return finite(calculate(operator, number(left), number(right)));
}

function compare(operator: string, left: Value, right: Value): boolean {
  if (typeof left !== typeof right || typeof left === "boolean") throw new ValueError("expected two numbers or two texts");
  if (operator === "<") return left < right;
  if (operator === "<=") return left <= right;
  return operator === ">" ? left > right : left >= right;
}

function calculate(operator: string, left: number, right: number): number {
  if ((operator === "/" || operator === "%") && right === 0) throw new ValueError("division by zero");
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right !== 0 && left < 0 !== right < 0 ? (left % right) + right : left % right;
    default:
      return left ** right;
  }
}

function call(name: string, expressions: readonly Expression[], lookup: Lookup): Value {
  if (name === "if") {
    const [condition, yes, no] = expressions;
    if (expressions.length !== 3 || !condition || !yes || !no) throw new ValueError("if needs 3 arguments");
    return evaluate(boolean(evaluate(condition, lookup)) ? yes : no, lookup);
  }
  const values = expressions.map((expression) => evaluate(expression, lookup));
  const count = (least: number, most: number) => {
    if (values.length < least || values.length > most) throw new ValueError(`${name} can't have ${values.length} arguments`);
  };
  switch (name) {
    case "min":
    case "max":
    case "sum":
      count(1, Infinity);
      return finite(name === "sum" ? values.map(number).reduce((a, b) => a + b) : Math[name](...values.map(number)));
    case "abs":
      count(1, 1);
      return Math.abs(number(values[0]));
    case "round":
      count(1, 2);
      return round(number(values[0]), number(values[1] ?? 0));
    case "len":
      count(1, 1);
      if (typeof values[0] !== "string") throw new ValueError("expected a text");
      return values[0].length;
    default:
      throw new ValueError(`no function ${name}`);
  }
}

/** Half away from zero, by moving the point in the decimal notation. */
function round(value: number, digits: number): number {
  if (!Number.isInteger(digits) || digits < 0 || digits > 10) throw new ValueError("round needs 0 to 10 digits");
  const moved = Math.round(Number(`${Math.abs(value)}e${digits}`));
  return finite(Math.sign(value) * Number(`${moved}e-${digits}`));
}

function number(value: Value | undefined): number {
  if (typeof value !== "number") throw new ValueError(`expected a number, got ${value}`);
  return value;
}

function boolean(value: Value): boolean {
  if (typeof value !== "boolean") throw new ValueError(`expected true or false, got ${value}`);
  return value;
}

function finite(value: number): number {
  if (!Number.isFinite(value)) throw new ValueError("the result is not finite");
  return value === 0 ? 0 : value;
}
