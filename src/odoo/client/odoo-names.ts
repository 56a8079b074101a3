/** `{ major: 18, minor: 2, text: 'saas~18.2' }` */
export interface OdooVersion {
  major: number;
  minor: number;
  text: string;
}

/** What has another name in another version of Odoo; everything else is called the same from 14 to 19. */
export interface OdooNames {
  /** Unit and taxes of purchase.order.line. */
  readonly lineUnit: 'product_uom_id' | 'product_uom';
  readonly lineTaxes: 'tax_ids' | 'taxes_id';
  /** Discount of purchase.order.line in percent; undefined where the version has none. */
  readonly lineDiscount: 'discount' | undefined;
  /** True once the supplier has confirmed the order (purchase.order). */
  readonly acknowledged: 'acknowledged' | 'mail_reception_confirmed';
  /** Unit of product.supplierinfo; before 19 it follows from the product's purchase unit. */
  readonly supplierUnit: 'product_uom_id' | 'product_uom';
  /** Counted quantity of stock.move.line and stock.move. */
  readonly doneQuantity: 'quantity' | 'qty_done';
  readonly moveDoneQuantity: 'quantity' | 'quantity_done';
  readonly packageModel: 'stock.package' | 'stock.quant.package';
  readonly groupsOfUser: 'group_ids' | 'groups_id';
  /** The line's price list entry of the vendor; undefined where the version has none. */
  readonly chosenSupplierInfo: 'selected_seller_id' | undefined;
}

/** The names of that version. Source: field definitions of purchase, stock, product and base in 14 to 19. */
export function odooNames({ major }: OdooVersion): OdooNames {
  const modern = major >= 19;
  return {
    lineUnit: modern ? 'product_uom_id' : 'product_uom',
    lineTaxes: modern ? 'tax_ids' : 'taxes_id',
    lineDiscount: major >= 17 ? 'discount' : undefined,
    acknowledged: modern ? 'acknowledged' : 'mail_reception_confirmed',
    supplierUnit: modern ? 'product_uom_id' : 'product_uom',
    doneQuantity: major >= 17 ? 'quantity' : 'qty_done',
    moveDoneQuantity: major >= 17 ? 'quantity' : 'quantity_done',
    packageModel: modern ? 'stock.package' : 'stock.quant.package',
    groupsOfUser: modern ? 'group_ids' : 'groups_id',
    chosenSupplierInfo: modern ? 'selected_seller_id' : undefined,
  };
}
