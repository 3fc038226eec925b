// The 37 tools, by domain, as the product promises them.
export const TOOLS = [
  'login', 'get_current_user',
  'list_products', 'get_product', 'create_product', 'update_product', 'check_product_availability',
  'get_bestsellers', 'get_featured_products', 'search_products_smart',
  'list_orders', 'get_order', 'create_order', 'update_order_status', 'update_order', 'track_order',
  'track_order_by_phone', 'preview_order_cost', 'cancel_order',
  'list_warehouse_items', 'add_warehouse_stock', 'record_warehouse_operation', 'get_warehouse_history',
  'create_inventory_check',
  'get_shop_settings', 'get_working_hours', 'update_shop_settings', 'get_faq', 'get_delivery_slots',
  'validate_delivery_time', 'check_delivery_feasibility',
  'get_reviews', 'get_product_reviews', 'create_review', 'moderate_review',
  'get_telegram_client', 'register_telegram_client',
];
